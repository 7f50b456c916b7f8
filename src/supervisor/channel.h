#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "log_file.h"
#include "pm/core/name.h"
#include "pm/log/history.h"
#include "pm/log/line_splitter.h"
#include "printer.h"
#include "screen.h"

namespace pm::supervisor {

/// Where the output of one instance goes, over all its lives: stdout, its history, its log file, its screen.
class Channel {
 public:
  struct Setup {
    std::string name;
    std::string sgr;            ///< the colour of its name
    bool muted = false;         ///< its lines are not printed
    std::string log_path = {};  ///< empty: no file
  };

  Channel(Printer& printer, Setup setup);

  /// Lines of the instance.
  void write(log::Stream stream, const log::Lines& lines);
  /// A line of pm's own about it.
  void own(std::string_view text, Notice notice = Notice::routine);

  /// Another colour, or another width of the printer's.
  void restyle(std::string sgr);
  const std::string& sgr() const { return setup_.sgr; }

  LogFile* file() { return file_.get(); }
  const log::History& history() const { return history_; }
  Screen& screen() { return screen_; }

 private:
  void write(log::Stream stream, std::string_view lines, std::int64_t time_us);

  Printer& printer_;
  Setup setup_;
  Printer::Head head_;
  log::History history_;
  std::unique_ptr<LogFile> file_;
  Screen screen_;
};

}  // namespace pm::supervisor
