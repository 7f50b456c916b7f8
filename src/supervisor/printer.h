#pragma once

#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pm/log/format.h"
#include "pm/log/history.h"
#include "pm/log/json.h"
#include "sink.h"

namespace pm::supervisor {

/// A strftime(3) format, with %f for microseconds, applied to times that mostly lie in the same second.
class Timestamps {
 public:
  explicit Timestamps(std::string format) : format_{std::move(format)} {}
  /// Local time; valid until the next call.
  std::string_view at(std::int64_t time_us);

 private:
  static std::string for_strftime(std::string_view format);

  std::string format_, text_;
  std::optional<std::time_t> second_;
  std::string second_text_;  // with %f still in it
};

/// How much a line of pm's own matters: --quiet leaves the routine ones out.
enum class Notice { routine, warning };

struct PrintStyle {
  bool json = false, color = false, prefix = true, quiet = false;
  std::optional<std::string> timestamps;
  std::size_t width = 2;  ///< of the names
};

/// How lines look on stdout, the same for all instances.
class Printer {
 public:
  Printer(Sink& sink, PrintStyle style);

  const PrintStyle& style() const { return style_; }
  /// For heads that are made from now on; whether that is another one.
  bool set_width(std::size_t width);

  /// The number of the next batch of lines, over all instances.
  log::Order next_order() { return ++order_; }
  /// A history has taken so many bytes of children's output more.
  void recorded(std::size_t bytes) {
    recorded_ += bytes;
    if (on_recorded_) on_recorded_();
  }
  std::uint64_t bytes_recorded() const { return recorded_; }
  /// Called for each read of a child's output and each line of pm's own about it; empty: nobody wants to
  /// know.
  void on_recorded(std::function<void()> callback) { on_recorded_ = std::move(callback); }

  /// What stands before the lines of one name; made once, its time changes with every read.
  struct Head {
    log::Prefix prefix;
    log::JsonHead out, err;
  };
  Head make_head(std::string_view name, std::string_view sgr) const;

  /// Prints whole lines; how many.
  std::size_t lines(Head& head, log::Stream stream, std::string_view lines, std::int64_t time_us);
  /// Prints one line of pm's own under a name; `name` is said in the text itself in JSON.
  void own(Head& head, std::string_view name, std::string_view text, std::int64_t time_us);
  /// The same under "pm".
  void own(std::string_view text, std::int64_t time_us) { own(pm_, "pm", text, time_us); }

 private:
  Sink& sink_;
  PrintStyle style_;
  std::optional<Timestamps> timestamps_;
  log::Order order_ = 0;
  std::uint64_t recorded_ = 0;
  std::function<void()> on_recorded_;
  Head pm_;
};

/// Microseconds since the epoch.
std::int64_t wall_clock();

}  // namespace pm::supervisor
