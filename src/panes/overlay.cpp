#include "overlay.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pm/term/width.h"
#include "theme.h"

namespace pm::panes {

using term::Frame;
using term::Rect;

namespace {

struct KeyLine {
  std::string_view keys, does;
};

// Of looking back; these are vi's and cannot be changed.
constexpr KeyLine kLookingBack[] = {
    {"arrows, h j k l", "move the cursor"},
    {"PageUp, PageDown", "a page up, down; C-u C-d half a page"},
    {"g, G", "to the oldest row, to the newest"},
    {"0, $, w, b, H, M, L", "move as in vi"},
    {"/, ?", "search down, up"},
    {"n, N", "the next match, the one before"},
    {"Space, v, V", "begin a selection; V takes whole rows"},
    {"y, Enter", "copy it to the clipboard"},
    {"q, Escape", "back to the program"},
};

constexpr KeyLine kMouse[] = {
    {"click", "go to that pane"},
    {"wheel", "look back"},
    {"drag", "select and copy"},
};

constexpr int kKeyColumns = 20;

std::string line(std::string_view keys, std::string_view does) {
  return fmt::format("{}{:{}}{}", keys, "", std::max(1, kKeyColumns - term::width_of(keys)), does);
}

// The box around so many lines of that width, and how many of them it shows.
Rect help_box(term::Size screen, const std::vector<std::string>& lines) {
  int columns = 0;
  for (const auto& text : lines) columns = std::max(columns, term::width_of(text));
  columns = std::min(columns + 4, screen.columns);
  const int rows = std::min(static_cast<int>(lines.size()) + 2, screen.rows);
  return {(screen.columns - columns) / 2, (screen.rows - rows) / 2, columns, rows};
}

}  // namespace

std::vector<std::string> help_lines(const Settings& settings) {
  std::vector<std::string> lines;
  for (const auto& words : action_words())
    for (const auto& binding : settings.bindings)
      if (binding.action == words.action)
        lines.push_back(
            line(fmt::format("{} {}", term::to_string(settings.prefix), term::to_string(binding.key)),
                 words.does));
  const auto prefix = term::to_string(settings.prefix);
  lines.push_back(line(prefix + " 0 … 9", "go to the pane of that number"));
  lines.push_back(line(prefix + " " + prefix, "type " + prefix + " to the program"));
  lines.emplace_back();
  lines.emplace_back("looking back:");
  for (const auto& [keys, does] : kLookingBack) lines.push_back(line(keys, does));
  lines.emplace_back();
  lines.emplace_back("mouse:");
  for (const auto& [keys, does] : kMouse) lines.push_back(line(keys, does));
  return lines;
}

int last_of_help(term::Size screen, const Settings& settings) {
  const auto lines = help_lines(settings);
  return std::max(0, static_cast<int>(lines.size()) - (help_box(screen, lines).rows - 2));
}

void draw_help(Frame& frame, const Settings& settings, int first) {
  const auto lines = help_lines(settings);
  const auto box = help_box(frame.size(), lines);
  frame.fill(box, {});
  const auto edge = [&](int row, std::string_view left, std::string_view right) {
    frame.text({box.column, row}, left, bold());
    for (int column = box.column + 1; column < box.right() - 1; ++column)
      frame.text({column, row}, "─", bold());
    frame.text({box.right() - 1, row}, right, bold());
  };
  edge(box.row, "┌", "┐");
  edge(box.bottom() - 1, "└", "┘");
  frame.text({box.column + 2, box.row}, " pm panes ", bold(), box.columns - 4);
  const bool all = static_cast<int>(lines.size()) <= box.rows - 2;
  frame.text({box.column + 2, box.bottom() - 1}, all ? " any key closes " : " arrows scroll, q closes ",
             dimmed(), box.columns - 4);
  for (int row = 1; row < box.rows - 1; ++row) {
    frame.text({box.column, box.row + row}, "│", bold());
    frame.text({box.right() - 1, box.row + row}, "│", bold());
    const auto number = static_cast<std::size_t>(first + row - 1);
    if (number < lines.size())
      frame.text({box.column + 2, box.row + row}, lines[number], {}, box.columns - 4);
  }
}

void draw_number(Frame& frame, const Rect& pane, int number, bool focused) {
  // Three by five dots a digit, each dot two columns wide: as square as cells allow.
  constexpr std::array<std::array<std::string_view, 5>, 10> kDigits{{
      {"###", "# #", "# #", "# #", "###"},
      {" # ", "## ", " # ", " # ", "###"},
      {"###", "  #", "###", "#  ", "###"},
      {"###", "  #", "###", "  #", "###"},
      {"# #", "# #", "###", "  #", "  #"},
      {"###", "#  ", "###", "  #", "###"},
      {"###", "#  ", "###", "# #", "###"},
      {"###", "  #", "  #", "  #", "  #"},
      {"###", "# #", "###", "# #", "###"},
      {"###", "# #", "###", "  #", "###"},
  }};
  const auto style = inverse(styled(focused ? kGreen : kYellow));
  if (pane.columns < 6 || pane.rows < 5) {
    const auto text = fmt::format(" {} ", number);
    frame.text({pane.column + std::max(0, pane.columns - term::width_of(text)) / 2, pane.row + pane.rows / 2},
               text, style, pane.columns);
    return;
  }
  const term::Position corner{pane.column + (pane.columns - 6) / 2, pane.row + (pane.rows - 5) / 2};
  const auto& digit = kDigits[static_cast<std::size_t>(number % 10)];
  for (int row = 0; row < 5; ++row)
    for (int column = 0; column < 3; ++column)
      if (digit[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] == '#')
        frame.fill({corner.column + column * 2, corner.row + row, 2, 1}, style);
}

}  // namespace pm::panes
