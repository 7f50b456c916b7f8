#pragma once

#include <cerrno>
#include <string_view>
#include <system_error>

#include "pm/core/error.h"

namespace pm::os {

/// Calls `call` until it is not interrupted by a signal (EINTR); -1 and errno otherwise as the call left
/// them.
template <class Call>
auto retry(Call&& call) {
  for (;;) {
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

/// "cannot open 'x': No such file or directory", from errno or `code`.
inline core::Error system_error(std::string_view what, int code = errno) {
  return {.what = fmt::format("{}: {}", what, std::generic_category().message(code))};
}

}  // namespace pm::os
