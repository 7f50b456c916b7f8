#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pm/term/frame.h"

namespace pm::term {

/// What the outer terminal can show.
struct Capabilities {
  bool rgb = true;         ///< 24-bit colours; otherwise the nearest of the 256
  bool underlines = true;  ///< their kinds and colours (SGR 4:3, 58); otherwise plain ones
  bool links = true;       ///< OSC 8
};
/// By its TERM and COLORTERM.
Capabilities capabilities_of(std::string_view term, std::string_view colorterm);

/// Draws frames on a terminal, each as the difference to the one before. Pure: what is to be written comes
/// out.
class Renderer {
 public:
  explicit Renderer(Capabilities capabilities = {}) : capabilities_{capabilities} {}

  /// Takes the screen over: the alternate one, mouse reports in the SGR encoding, bracketed paste, focus
  /// reports.
  static std::string_view enter();
  /// Leaves it as it was. Fixed bytes without parts, so that a signal handler can write them.
  static std::string_view leave();

  /// What makes the terminal show `frame`, within a synchronised update (mode 2026); empty if it does
  /// already.
  std::string draw(const Frame& frame);
  /// The terminal shows something else now: the next frame is drawn whole.
  void forget() { shown_.reset(); }

 private:
  Capabilities capabilities_;
  std::optional<Frame> shown_;
};

/// The SGR sequence that sets `style`, whatever was set before: "\e[0;1;38;5;2m".
std::string sgr(const Style& style, const Capabilities& capabilities = {});

}  // namespace pm::term
