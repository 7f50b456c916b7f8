// What the renderer writes, shown by our own terminal, is the frame.
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "pm/term/renderer.h"
#include "pm/term/terminal.h"

namespace pm::term {
namespace {

class Painter {
 public:
  explicit Painter(unsigned seed) : random_{seed} {}

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  // Changes a few places of a frame.
  void paint(Frame& frame) {
    for (int strokes = 1 + pick(8); strokes > 0; --strokes) {
      const Position at{pick(frame.size().columns + 4) - 2, pick(frame.size().rows)};
      if (pick(4) == 0)
        frame.fill({at.column, at.row, pick(30), 1 + pick(3)}, pick(2) == 0 ? Style{} : style());
      else
        frame.text(at, text(), style());
    }
    frame.cursor.reset();
    if (pick(4) > 0)
      frame.cursor = Cursor{.at = {pick(frame.size().columns), pick(frame.size().rows)},
                            .shape = static_cast<CursorShape>(pick(3)),
                            .blinking = pick(2) == 0};
  }

 private:
  std::string text() {
    static const char* const words[] = {"plain", "é",  "世界", "e\u0301",
                                        "🦀",  "  ", "─┐",   "long text that runs over the edge"};
    return words[pick(std::size(words))];
  }

  Color color() {
    switch (pick(4)) {
      case 0: return Color::indexed(pick(256));
      case 1: return Color::rgb(pick(256), pick(256), pick(256));
      default: return {};
    }
  }

  Style style() {
    Style style{.foreground = color(), .background = color()};
    style.bold = pick(4) == 0;
    style.dim = pick(6) == 0;
    style.italic = pick(6) == 0;
    style.inverse = pick(6) == 0;
    style.struck = pick(8) == 0;
    style.overlined = pick(8) == 0;
    if (pick(3) == 0) {
      style.underline = static_cast<Underline>(pick(6));
      style.underline_color = color();
    }
    return style;
  }

  std::mt19937 random_;
};

// A blank may be written as a space or be erased.
Cell normal(Cell cell) {
  if (cell.glyph.text() == " ") cell.glyph = {};
  return cell;
}

::testing::AssertionResult shows(const Terminal& terminal, const Frame& frame) {
  const auto columns = frame.size().columns;
  std::vector<Cell> row(static_cast<std::size_t>(columns));
  for (int y = 0; y < frame.size().rows; ++y) {
    terminal.read_row(y, row);
    for (int x = 0; x < columns; ++x)
      if (normal(row[static_cast<std::size_t>(x)]) != normal(frame.at({x, y})))
        return ::testing::AssertionFailure() << "the cell " << x << ", " << y << " in\n" << frame.dump();
  }
  const auto cursor = terminal.cursor();
  if (cursor.visible != frame.cursor.has_value() || (frame.cursor && cursor != *frame.cursor))
    return ::testing::AssertionFailure() << "the cursor at " << cursor.at.column << ", " << cursor.at.row;
  return ::testing::AssertionSuccess();
}

TEST(RendererOnATerminal, ShowsEachFrameAfterTheOther) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    Painter painter{seed};
    const Size size{1 + painter.pick(60), 1 + painter.pick(12)};
    Terminal terminal{size};
    terminal.write(Renderer::enter());
    Renderer renderer;
    Frame frame{size};
    for (int round = 0; round < 25; ++round) {
      painter.paint(frame);
      terminal.write(renderer.draw(frame));
      ASSERT_TRUE(shows(terminal, frame)) << "seed " << seed << ", round " << round;
    }
  }
}

TEST(RendererOnATerminal, LeavesItAsItWas) {
  Terminal terminal{{20, 4}};
  terminal.write("$ pm panes\r\n");
  const auto before = terminal.modes();
  const auto cursor = terminal.cursor();
  terminal.write(Renderer::enter());
  Renderer renderer;
  Frame frame{{20, 4}};
  frame.text({0, 0}, "all over", {.bold = true});
  terminal.write(renderer.draw(frame));
  EXPECT_TRUE(terminal.modes().alternate_screen);
  terminal.write(Renderer::leave());
  EXPECT_EQ(terminal.modes(), before);
  EXPECT_EQ(terminal.cursor(), cursor);
  EXPECT_EQ(terminal.row_text(0), "$ pm panes");
  terminal.write("x");
  std::vector<Cell> row(20);
  terminal.read_row(1, row);
  EXPECT_EQ(row[0].style, Style{});
}

}  // namespace
}  // namespace pm::term
