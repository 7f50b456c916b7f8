#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pm/api/request.h"
#include "pm/log/buffer.h"
#include "pm/log/format.h"
#include "pm/log/history.h"
#include "pm/log/json.h"
#include "pm/supervisor/control.h"
#include "stream_id.h"

namespace pm::server {

/// How the lines of one process look to one reader.
class LineForm {
 public:
  /// How a reader wants all lines.
  struct Taste {
    api::StreamForm form = api::StreamForm::ndjson;
    bool color = false, prefix = true, terminal = false;
    Epoch epoch = 0;
  };
  LineForm(const Taste& taste, std::string_view name, const supervisor::LineStyle& style, std::size_t width);

  /// The first lines of `entry`.
  void append(log::Buffer& out, const log::History::Entry& entry, std::string_view lines);
  /// That lines are missing; how many is unknown if it is negative.
  void append_gap(log::Buffer& out, std::int64_t time_us, std::int64_t missed);

 private:
  log::JsonHead& head(const log::History::Entry& entry);
  void append_event_stream(log::Buffer& out, const log::History::Entry& entry, std::string_view lines);
  void append_plain(log::Buffer& out, const log::History::Entry& entry, std::string_view lines);
  void append_own(log::Buffer& out, std::string_view text);

  Taste taste_;
  std::string name_;
  log::Prefix prefix_;
  log::JsonHead out_, err_, pm_;
};

/// The lines at the start of `lines` that together take about `room` bytes in whatever form, but one at
/// least.
std::string_view lines_for(std::string_view lines, std::size_t room);

/// How many lines `lines` is.
std::size_t count_lines(std::string_view lines);

}  // namespace pm::server
