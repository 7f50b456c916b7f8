#pragma once

#include <string>
#include <utility>

#include "pm/core/error.h"

namespace pm::core {

/// A word as it stands in a file, for whoever knows better than the file's reader what it may be.
struct Written {
  std::string text;
  Error place;  ///< kind, where, source: all of an error but what is wrong

  Error wrong(std::string what, std::string pointer, std::string hint = {}) const {
    auto error = place;
    error.what = std::move(what);
    error.pointer = std::move(pointer);
    error.hint = std::move(hint);
    return error;
  }
  friend bool operator==(const Written&, const Written&) = default;
};

}  // namespace pm::core
