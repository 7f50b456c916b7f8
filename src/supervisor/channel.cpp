#include "channel.h"

#include <algorithm>

namespace pm::supervisor {

Channel::Channel(Printer& printer, Setup setup)
    : printer_{printer},
      setup_{std::move(setup)},
      head_{printer.make_head(setup_.name, setup_.sgr)},
      screen_{setup_.name} {
  if (!setup_.log_path.empty()) file_ = std::make_unique<LogFile>(setup_.log_path);
}

void Channel::restyle(std::string sgr) {
  setup_.sgr = std::move(sgr);
  head_ = printer_.make_head(setup_.name, setup_.sgr);
}

void Channel::write(log::Stream stream, const log::Lines& lines) {
  if (lines.empty()) return;
  const auto now = wall_clock();
  write(stream, lines.head, now);
  if (lines.broken)
    own(fmt::format("warning: a line of more than {} MiB was broken here", log::kLongestLine >> 20),
        Notice::warning);
  write(stream, lines.body, now);
}

void Channel::write(log::Stream stream, std::string_view lines, std::int64_t time_us) {
  if (lines.empty()) return;
  const auto count = setup_.muted ? static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'))
                                  : printer_.lines(head_, stream, lines, time_us);
  history_.append(printer_.next_order(), time_us, stream, lines, count);
  printer_.recorded(lines.size());
  if (file_) file_->write(lines);
}

void Channel::own(std::string_view said, Notice notice) {
  std::string text{said};
  std::replace(text.begin(), text.end(), '\n', ' ');  // of a name that has one; a line is a line
  const auto now = wall_clock();
  if (notice == Notice::warning || !printer_.style().quiet) printer_.own(head_, setup_.name, text, now);
  history_.append(printer_.next_order(), now, log::Stream::pm, fmt::format("{}\n", text), 1);
  screen_.mark(text);
  printer_.recorded(0);
}

}  // namespace pm::supervisor
