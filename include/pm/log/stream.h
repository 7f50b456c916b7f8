#pragma once

#include <string_view>

namespace pm::log {

/// Where a line came from; `pm` are the lines pm itself writes about an instance.
enum class Stream : unsigned char { stdout_, stderr_, pm };

/// "stdout", "stderr", "pm"
constexpr std::string_view to_string(Stream stream) {
  switch (stream) {
    case Stream::stdout_: return "stdout";
    case Stream::stderr_: return "stderr";
    case Stream::pm: return "pm";
  }
  return "";
}

}  // namespace pm::log
