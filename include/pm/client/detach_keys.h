#pragma once

#include <string>
#include <string_view>

#include "pm/core/error.h"

namespace pm::client {

/// The keys that end an attachment, one after the other, and what is typed around them. Pure.
class DetachKeys {
 public:
  /// As docker(1) writes them, "ctrl-b,d", or as tmux(1) does, "C-b d": characters, or ctrl- (C-, ^) with a
  /// letter or one of @[\]^_. Errors: bad_input.
  static core::Result<DetachKeys> parse(std::string_view text);

  struct Typed {
    std::string bytes;    ///< for the program
    bool detach = false;  ///< all of the keys have come; what follows them is dropped
    friend bool operator==(const Typed&, const Typed&) = default;
  };
  /// What `input` means. The first keys are held back until it is clear whether the others follow; the first
  /// one twice is that key, once, for the program.
  Typed push(std::string_view input);

  /// "C-b d"
  std::string text() const;

 private:
  explicit DetachKeys(std::string keys) : keys_{std::move(keys)} {}

  std::string keys_;
  std::size_t matched_ = 0;
};

}  // namespace pm::client
