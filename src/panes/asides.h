#pragma once

#include <optional>
#include <string>
#include <utility>

#include "clipboard.h"

namespace pm::panes {

/// What the outer terminal is told beside what it shows, until the next frame takes it along: however often
/// programs ring and copy meanwhile, that is one bell and the last copy. Pure.
class Asides {
 public:
  void ring() { rings_ = true; }
  void copy(std::string text) { copied_ = std::move(text); }

  /// The bytes for the terminal; taken once.
  std::string take() {
    std::string bytes;
    if (copied_) bytes += clipboard_sequence(*copied_);
    if (rings_) bytes += '\a';
    copied_.reset();
    rings_ = false;
    return bytes;
  }

 private:
  bool rings_ = false;
  std::optional<std::string> copied_;
};

}  // namespace pm::panes
