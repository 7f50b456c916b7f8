#include "reflow.h"

#include <algorithm>
#include <cstddef>

namespace pm::term {

namespace {

// Rows that are one text, and where in it the places are.
struct Line {
  std::vector<Unit> units;
  struct Mark {
    Place* place = nullptr;
    int cells = 0;  // before it
  };
  std::vector<Mark> marks;
};

bool is_blank(Unit unit) { return unit.content() == 0 && unit.kind() == Unit::Kind::narrow; }

// From row `first` on, without fillers; returns the row behind it.
std::size_t join(std::span<const LooseRow> rows, std::size_t first, std::span<const Place> from,
                 std::span<Place> places, Line& line) {
  std::size_t row = first;
  for (bool more = true; more && row < rows.size(); ++row) {
    const auto& [units, wrapped] = rows[row];
    const int before = static_cast<int>(line.units.size());
    for (std::size_t i = 0; i < places.size(); ++i)
      if (from[i].row == static_cast<int>(row)) line.marks.push_back({&places[i], before + from[i].column});
    line.units.insert(line.units.end(), units.begin(), units.end());
    while (wrapped && !line.units.empty() && line.units.back().kind() == Unit::Kind::filler)
      line.units.pop_back();
    more = wrapped;
  }
  return row;
}

// How many of `units` go into a row; a wide character is not torn.
std::size_t taken(std::span<const Unit> units, std::size_t columns) {
  if (units.size() <= columns) return units.size();
  return units[columns].kind() == Unit::Kind::tail ? columns - 1 : columns;
}

std::size_t text_size(const std::vector<Unit>& units) {
  return static_cast<std::size_t>(std::find_if_not(units.rbegin(), units.rend(), is_blank).base() -
                                  units.begin());
}

// In a single column there is no room for wide characters.
void narrow(std::vector<Unit>& units) {
  std::erase_if(units, [](Unit unit) { return unit.kind() == Unit::Kind::tail; });
  for (auto& unit : units)
    if (unit.kind() == Unit::Kind::wide)
      unit = Unit{0xfffd, unit.style(), Unit::Kind::narrow, unit.guarded()};
}

void split(Line& line, int columns, std::vector<LooseRow>& out) {
  const auto width = static_cast<std::size_t>(columns);
  if (columns == 1) narrow(line.units);
  const auto size = text_size(line.units);
  std::size_t begin = 0;
  for (bool more = true; more;) {
    const std::span rest{line.units.data() + begin, line.units.size() - begin};
    const auto count = taken(rest, width);
    const int row = static_cast<int>(out.size());
    more = begin + count < size;
    for (const auto& [place, cells] : line.marks) {
      const int column = cells - static_cast<int>(begin);
      if (column >= 0) *place = {row, std::min(column, columns)};
    }
    auto& units =
        out.emplace_back(LooseRow{{rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(count)}, more})
            .units;
    if (more && count < width) units.emplace_back(0, units.back().style(), Unit::Kind::filler);
    if (more && is_blank(units.back())) units.back() = units.back().with(' ');
    begin += count;
  }
}

}  // namespace

std::vector<LooseRow> reflow(std::span<const LooseRow> rows, int columns, std::span<Place> places) {
  std::vector<LooseRow> out;
  const std::vector<Place> from{places.begin(), places.end()};
  Line line;
  for (std::size_t row = 0; row < rows.size();) {
    line.units.clear();
    line.marks.clear();
    row = join(rows, row, from, places, line);
    split(line, columns, out);
  }
  return out;
}

}  // namespace pm::term
