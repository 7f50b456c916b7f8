#include "view.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "overlay.h"
#include "placement.h"
#include "status_line.h"
#include "theme.h"
#include "title.h"
#include "words.h"

namespace pm::panes {

using term::Cell;
using term::Frame;
using term::Rect;
using term::Style;

namespace {

struct Lines {
  std::string_view across, down, top_left, top_right, bottom_left, bottom_right;
};
constexpr Lines kLight{"─", "│", "┌", "┐", "└", "┘"};
constexpr Lines kHeavy{"━", "┃", "┏", "┓", "┗", "┛"};

void draw_line(Frame& frame, int row, int from, int to, std::string_view across, const Style& style) {
  const Cell cell{term::Glyph{across}, style, 1};
  for (int column = from; column < to; ++column) frame.put({column, row}, cell);
}

int draw_pieces(Frame& frame, term::Position at, const std::vector<Piece>& pieces) {
  for (const auto& piece : pieces) at.column += frame.text(at, piece.text, piece.style);
  return at.column;
}

void draw_title(Frame& frame, const Rect& row, const Title& title) {
  draw_pieces(frame, {row.column, row.row}, title.left);
  draw_pieces(frame, {row.right() - Title::width(title.right), row.row}, title.right);
}

// How it ended, on the lower edge; with blanks around it.
void draw_end(Frame& frame, const Rect& row, const Pane& pane, const Settings& settings,
              const Moment& moment) {
  const auto words = end_words(pane, settings, moment, row.columns - 2);
  if (!words.empty())
    frame.text({row.column, row.row}, fmt::format(" {} ", words), style_of_state(pane.process->state),
               row.columns);
}

void draw_frame(Frame& frame, const Placed& placed, const Title& title, bool focused) {
  const auto& [column, row, columns, rows] = placed.outer;
  const auto& lines = focused ? kHeavy : kLight;
  const auto style = focused ? bold(styled(kGreen)) : dimmed();
  const int right = column + columns - 1, bottom = row + rows - 1;
  draw_line(frame, row, column + 1, right, lines.across, style);
  draw_line(frame, bottom, column + 1, right, lines.across, style);
  for (int at = row + 1; at < bottom; ++at) {
    frame.text({column, at}, lines.down, style);
    frame.text({right, at}, lines.down, style);
  }
  frame.text({column, row}, lines.top_left, style);
  frame.text({right, row}, lines.top_right, style);
  frame.text({column, bottom}, lines.bottom_left, style);
  frame.text({right, bottom}, lines.bottom_right, style);
  draw_title(frame, {column + 1, row, columns - 2, 1}, title);
}

// The cells of one terminal, as cells of the frame.
class Content {
 public:
  Content(Frame& frame, const Pane& pane, const Rect& inner)
      : frame_{frame}, pane_{pane}, inner_{inner}, first_{first_row(pane, inner)} {
    cells_.resize(
        static_cast<std::size_t>(std::max(1, std::min(inner.columns, pane.terminal.size().columns))));
    if (!pane.scrollback) return;
    const auto& back = *pane.scrollback;
    selection_ = back.selection(pane.terminal);
    if (!back.query.empty())
      matches_ = find_all(pane.terminal, back.query, back.top, back.top + inner.rows - 1);
  }

  void draw() {
    const auto rows = pane_.terminal.size().rows;
    for (int row = 0; row < inner_.rows && first_ + row < rows; ++row) draw_row(row);
  }

  // nullopt: out of sight.
  std::optional<term::Cursor> cursor() const {
    auto cursor = pane_.terminal.cursor();
    if (pane_.scrollback) {
      const auto& at = pane_.scrollback->cursor;
      cursor = {{at.column, row_in(pane_.terminal, at.row)}};
    }
    cursor.at = {inner_.column + cursor.at.column, inner_.row + cursor.at.row - first_};
    if (!cursor.visible || !inner_.contains(cursor.at)) return std::nullopt;
    return cursor;
  }

 private:
  void draw_row(int row) {
    pane_.terminal.read_row(first_ + row, cells_);
    for (std::size_t column = 0; column < cells_.size(); ++column) {
      auto& cell = cells_[column];
      if (cell.width == 0) continue;  // the frame makes its own
      if (cell.style.link != 0) cell.style.link = link(cell.style.link);
      if (pane_.terminal.modes().reverse_video) cell.style.inverse = !cell.style.inverse;
      if (pane_.scrollback) mark(cell.style, first_ + row, static_cast<int>(column));
      if (cell.width == 2 && column + 1 == cells_.size()) cell = Cell{{}, cell.style, 1};
      frame_.put({inner_.column + static_cast<int>(column), inner_.row + row}, cell);
    }
  }

  void mark(Style& style, int row, int column) const {
    const Place at{row + static_cast<std::int64_t>(pane_.terminal.scrolled()), column};
    if (selection_ && selection_->contains(at))
      style = inverse(styled(kYellow));
    else if (any_contains(matches_, at))
      style = inverse(styled(kCyan));
  }

  std::uint16_t link(std::uint16_t number) {
    const auto [known, is_new] = links_.try_emplace(number, std::uint16_t{0});
    if (is_new) {
      const auto target = pane_.terminal.link(number);
      known->second = frame_.add_link(target.uri, target.id);
    }
    return known->second;
  }

  Frame& frame_;
  const Pane& pane_;
  Rect inner_;
  int first_;
  std::vector<Cell> cells_;
  std::optional<Range> selection_;
  std::vector<Range> matches_;
  std::map<std::uint16_t, std::uint16_t> links_;
};

void draw_pane(Frame& frame, const Model& model, const Placed& placed, int number, const Moment& moment) {
  const auto& pane = model.panes[placed.pane];
  const bool focused = placed.pane == model.focus;
  Content content{frame, pane, placed.inner};
  content.draw();
  const int title_columns = placed.framed ? placed.outer.columns - 2 : placed.outer.columns;
  const auto title = title_of(pane, number, focused, title_columns, moment);
  if (placed.framed) {
    draw_frame(frame, placed, title, focused);
  } else if (placed.inner.row > placed.outer.row) {
    draw_line(frame, placed.outer.row, placed.outer.column, placed.outer.right(), kLight.across,
              focused ? bold(styled(kGreen)) : dimmed());
    draw_title(frame, {placed.outer.column, placed.outer.row, placed.outer.columns, 1}, title);
  }
  const auto& edge = placed.framed ? placed.outer : placed.inner;  // without one, over the last row
  const int side = placed.framed ? 1 : 0;
  if (edge.rows > 1)
    draw_end(frame, {edge.column + side, edge.bottom() - 1, edge.columns - 2 * side, 1}, pane, model.settings,
             moment);
  if (focused) frame.cursor = content.cursor();
}

int number_of(const Placed& placed, const Placement& placement) {
  const auto number = static_cast<int>(placed.pane - placement.first) + 1;
  return number <= 10 ? number : 0;
}

void draw_nothing_yet(Frame& frame, const Model& model) {
  const bool told = !model.root.empty();
  frame.text({1, 0}, told ? "no process runs" : "waiting for the supervisor", dimmed());
}

}  // namespace

Frame view(const Model& model, const Moment& moment) {
  Frame frame{model.screen};
  const auto placement = place(model);
  if (model.panes.empty()) draw_nothing_yet(frame, model);
  for (const auto& placed : placement.panes)
    draw_pane(frame, model, placed, number_of(placed, placement), moment);
  if (std::holds_alternative<ShowingNumbers>(model.mode))
    for (const auto& placed : placement.panes)
      if (const auto number = number_of(placed, placement))
        draw_number(frame, placed.inner, number, placed.pane == model.focus);
  if (model.screen.rows > 1) draw_status_line(frame, status_line(model, placement, moment));
  if (const auto* help = std::get_if<ShowingHelp>(&model.mode)) {
    draw_help(frame, model.settings, help->first);
    frame.cursor.reset();
  }
  if (std::holds_alternative<Asking>(model.mode)) frame.cursor.reset();
  return frame;
}

}  // namespace pm::panes
