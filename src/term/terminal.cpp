#include "pm/term/terminal.h"

#include <algorithm>
#include <climits>

#include "emulator.h"
#include "utf8.h"

namespace pm::term {

struct Terminal::State : Emulator {
  using Emulator::Emulator;
};

Terminal::Terminal(Size size, std::size_t scrollback_bytes)
    : state_{std::make_unique<State>(size, scrollback_bytes)} {}
Terminal::Terminal(Terminal&&) noexcept = default;
Terminal& Terminal::operator=(Terminal&&) noexcept = default;
Terminal::~Terminal() = default;

void Terminal::write(std::string_view bytes) { state_->write(bytes); }
void Terminal::resize(Size size) { state_->resize(size); }
void Terminal::begin_anew() { state_->begin_anew(); }

Size Terminal::size() const { return state_->size(); }
Cursor Terminal::cursor() const { return state_->cursor(); }
Modes Terminal::modes() const { return state_->modes(); }
std::string_view Terminal::title() const { return state_->title(); }

int Terminal::scrollback() const { return state_->scrollback(); }

void Terminal::read_row(int row, std::span<Cell> cells) const {
  state_->with_row(row, [&](std::span<const Unit> units) {
    const auto shown = std::min(units.size(), cells.size());
    for (std::size_t i = 0; i < shown; ++i) cells[i] = state_->cell_of(units[i]);
    std::fill(cells.begin() + static_cast<std::ptrdiff_t>(shown), cells.end(), Cell{});
  });
}

std::string Terminal::row_text(int row) const {
  return state_->with_row(row, [&](std::span<const Unit> units) {
    std::string text;
    for (const auto unit : units)
      if (unit.kind() != Unit::Kind::tail) state_->append_text(text, unit);
    text.resize(text.find_last_not_of(' ') + 1);
    return text;
  });
}

bool Terminal::wrapped(int row) const { return state_->wrapped(row); }
std::uint64_t Terminal::scrolled() const { return state_->scrolled(); }

Link Terminal::link(std::uint16_t number) const {
  const auto& [uri, id] = state_->link(number);
  return {uri, id};
}

std::string Terminal::take_replies() { return state_->take_replies(); }
int Terminal::take_bells() { return state_->take_bells(); }
std::optional<std::string> Terminal::take_clipboard() { return state_->take_clipboard(); }

std::string Terminal::replay(int scrollback) const { return state_->replay(scrollback, scrollback > 0); }

std::string Terminal::catch_up(std::uint64_t scrolled) const {
  const auto missed = std::min<std::uint64_t>(state_->scrolled() - scrolled, INT_MAX);
  return state_->replay(static_cast<int>(missed), false);
}
std::string Terminal::unfinished() const { return state_->unfinished(); }

}  // namespace pm::term
