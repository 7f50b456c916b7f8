#include "title.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "pm/term/width.h"
#include "theme.h"
#include "words.h"

namespace pm::panes {

using term::Style;

int Title::width(const std::vector<Piece>& pieces) {
  return std::accumulate(pieces.begin(), pieces.end(), 0,
                         [](int sum, const Piece& piece) { return sum + term::width_of(piece.text); });
}

namespace {

constexpr int kGap = 1;  // between what is on the left and on the right, at least
constexpr std::size_t kMostSparkline = 12;
constexpr int kLeastProgramTitle = 6;

std::vector<Piece> with_blanks(std::vector<Piece> pieces) {
  if (pieces.empty()) return pieces;
  pieces.insert(pieces.begin(), Piece{" "});
  pieces.push_back(Piece{" "});
  return pieces;
}

// What is worth telling on the right, the most important first.
std::vector<Piece> facts(const Pane& pane, const Moment& moment, int columns) {
  std::vector<Piece> facts;
  if (pane.scrollback) {
    const auto rows = rows_of(pane.terminal);
    const auto bottom = rows.last - pane.terminal.size().rows + 1;
    facts.push_back({fmt::format("[{}/{}]", std::max<std::int64_t>(0, bottom - pane.scrollback->top),
                                 pane.terminal.scrollback()),
                     bold(styled(kYellow))});
  }
  if (!pane.process) return facts;
  const auto& process = *pane.process;
  facts.push_back({state_words(pane, moment, columns), style_of_state(process.state)});
  if (process.uptime) facts.push_back({brief(*process.uptime + (moment.now - pane.known_at))});
  if (process.cpu_percent) facts.push_back({fmt::format("{:.0f}%", *process.cpu_percent)});
  if (process.rss_bytes) facts.push_back({brief_bytes(*process.rss_bytes)});
  return facts;
}

std::vector<Piece> fitting_facts(std::vector<Piece> facts, int columns) {
  std::vector<Piece> pieces;
  for (auto& fact : facts) {
    const int blank = pieces.empty() ? 0 : 1;
    if (Title::width(pieces) + blank + term::width_of(fact.text) > columns) break;
    if (blank) pieces.push_back({" "});
    pieces.push_back(std::move(fact));
  }
  return pieces;
}

}  // namespace

Title title_of(const Pane& pane, int number, bool focused, int columns, const Moment& moment) {
  const auto style = focused ? bold() : Style{};
  auto name = pane.is_log() ? std::string{"log of all"} : pane.name;
  if (number > 0) name = fmt::format("{} {}", number % 10, name);
  Title title;
  title.left = with_blanks({{shortened(name, columns - 2), style}});
  int room = columns - Title::width(title.left) - kGap;
  title.right = with_blanks(fitting_facts(facts(pane, moment, room - 2), room - 2));
  room -= Title::width(title.right);
  const auto sparkline_columns = std::min(static_cast<std::size_t>(std::max(0, room - 2)), kMostSparkline);
  if (pane.is_up() && sparkline_columns >= kMostSparkline / 2 && !title.right.empty() && !pane.cpu.empty()) {
    const Piece line{sparkline(pane.cpu, sparkline_columns), styled(kCyan)};
    title.right.insert(title.right.begin(), {Piece{" "}, line});
    room = columns - Title::width(title.left) - kGap - Title::width(title.right);
  }
  if (!pane.terminal.title().empty() && room >= kLeastProgramTitle)
    title.left.insert(title.left.end() - 1, Piece{" · " + shortened(pane.terminal.title(), room - 3),
                                                  focused ? Style{} : dimmed()});
  return title;
}

}  // namespace pm::panes
