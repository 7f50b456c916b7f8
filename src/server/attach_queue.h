#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "pm/api/attach.h"

namespace pm::server {

/// What one viewer is to be told next: how it begins, sizes, the screen, output, the end. What it has not
/// taken is kept up to a limit; beyond that it is shown the screen instead, as it is by then. Pure.
class AttachQueue {
 public:
  /// Bytes of output; more than a screen of a common size, less than would be felt.
  static constexpr std::size_t kMostPending = 256 << 10;

  /// `keeps_rows`: its terminal wraps its rows anew by itself when its size changes, and of the screen it
  /// gets what it has missed; another is shown the screen anew in both cases.
  explicit AttachQueue(bool keeps_rows = false) : keeps_rows_{keeps_rows} {}

  /// First of all. Without a terminal (begin.terminal) there are lines instead of a screen and output.
  void begin(api::AttachBegin begin);

  // What has come; all but `end` counts for nothing if there is no terminal.
  void output(std::string_view bytes);
  void refresh();
  void resized(core::TerminalSize size);
  /// The last of all; `reason` of the first call is the one that is told.
  void end(std::string_view reason);

  /// Whether a screen is next, behind the sizes: it has to be there before what it shows is gone.
  bool wants_screen() const { return stale_; }
  void keep_screen(std::string bytes);

  /// There are no lines for the moment; until more_lines() none are asked for.
  void await_lines();
  void more_lines();
  void no_more_lines();

  struct Text {
    std::string json;
    friend bool operator==(const Text&, const Text&) = default;
  };
  struct Output {
    std::string bytes;
    bool last = true;  ///< there is no more for now
    friend bool operator==(const Output&, const Output&) = default;
  };
  struct Screen {      ///< as it is now
    bool anew = true;  ///< or what has come since everything had been taken out
    friend bool operator==(const Screen&, const Screen&) = default;
  };
  struct Lines {  ///< as many as there are
    friend bool operator==(const Lines&, const Lines&) = default;
  };
  /// The screen that wants_screen() speaks of, out of its turn.
  Screen take_screen();
  using Message = std::variant<Text, Output, Screen, Lines>;
  /// Takes it out; nullopt: nothing for now.
  std::optional<Message> next();
  bool has_news() const;
  bool terminal() const { return terminal_; }
  /// Whether next() has given out the end.
  bool over() const { return end_said_; }

 private:
  enum class LinesAre { none, there, awaited };

  bool keeps_rows_;
  std::optional<api::AttachBegin> begin_;
  std::string before_size_;  // output for the size before
  std::optional<core::TerminalSize> size_;
  bool terminal_ = false;
  bool stale_ = false;  // the screen is to be drawn
  bool known_ = false;  // everything had been taken out once, and no size has come between
  std::string pending_;
  LinesAre lines_ = LinesAre::none;
  std::optional<std::string> end_;
  bool end_said_ = false;
};

}  // namespace pm::server
