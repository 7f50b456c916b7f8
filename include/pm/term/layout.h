#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "pm/term/frame.h"

namespace pm::term {

/// As tmux(1) names them.
enum class Layout { tiled, even_horizontal, even_vertical, main_horizontal, main_vertical };
std::optional<Layout> parse_layout(std::string_view name);  ///< "even-horizontal"
std::string_view to_string(Layout layout);
Layout next(Layout layout);

/// Where the panes of one page are: outer rectangles, with room for a border where there is enough of it;
/// they cover `area` without gaps and do not overlap.
std::vector<Rect> arrange(Layout layout, int panes, const Rect& area);

/// How many panes fit on a page: at least 1, so that each has the smallest size that is of use (kLeast),
/// borders included.
int panes_per_page(Layout layout, int panes, const Rect& area);
inline constexpr Size kLeast{12, 4};

enum class Direction { up, down, left, right };
/// The pane next to `from` in that direction, around the edge if there is none, as tmux moves; the one that
/// shares most of the side, the first of these. `from` itself if there is nobody else in that row or column.
int neighbour(const std::vector<Rect>& panes, int from, Direction direction);

}  // namespace pm::term
