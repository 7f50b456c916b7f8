#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pm/client/client.h"
#include "pm/os/wait.h"

namespace pm::cli {

/// The line that shows, while somebody waits for an operation, which processes are on their way and since
/// when. It stands on stderr, in one row of the terminal; nothing of it is left at the end, also when a
/// signal ends this program.
class LiveLine {
 public:
  /// How often it is made anew; it first appears after that time, so that what is quick shows nothing.
  static constexpr core::Duration kPace = std::chrono::milliseconds{250};

  LiveLine(bool wanted, std::string socket, std::vector<std::string> selectors);
  LiveLine(const LiveLine&) = delete;
  ~LiveLine();

  bool wanted() const { return wanted_; }

  /// Asks the supervisor, by a connection of its own, and shows what it says; nothing, if it does not answer.
  void refresh();
  /// Makes room for something else.
  void erase();

 private:
  std::optional<std::string> text();
  void show(const std::string& text);

  bool wanted_;
  std::string socket_;
  std::vector<std::string> selectors_;
  std::optional<client::Client> client_;
  std::optional<os::LastWords> last_words_;
  bool shown_ = false, lost_ = false;
};

}  // namespace pm::cli
