#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "pm/config/application.h"
#include "pm/core/error.h"

namespace pm::cli {

/// What text is made for.
struct Screen {
  bool color = false;
  std::optional<std::size_t> width = {};  ///< columns of the terminal; nullopt: it is none
};

/// What stdout is. `color`: auto, always or never as of --color; nullopt is auto: on a terminal, unless
/// NO_COLOR is set. Errors: bad_input for another word.
core::Result<Screen> screen_of(const std::optional<std::string>& color,
                               const config::Environment& environment);

/// Whether stderr is a terminal that can erase what was written to it.
bool has_live_terminal(const config::Environment& environment);

inline constexpr std::string_view kRed = "31", kGreen = "32", kYellow = "33", kDim = "2", kBold = "1";

/// `text` in the colour `sgr`, if the screen has colours.
std::string painted(std::string_view text, std::string_view sgr, const Screen& screen);

/// The colour of a state: green is well, yellow on its way, red given up, dim down.
std::string_view color_of(std::string_view state);

}  // namespace pm::cli
