#include "screen.h"

#include <fmt/format.h>

#include "flags.h"
#include "pm/os/pipe.h"

namespace pm::cli {

namespace {

constexpr int kStdout = 1, kStderr = 2;

std::string variable(const config::Environment& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

std::optional<std::size_t> width_of(int fd) {
  if (!os::is_terminal(fd)) return std::nullopt;
  return static_cast<std::size_t>(os::terminal_size(fd).value_or(os::TerminalSize{}).columns);
}

}  // namespace

core::Result<Screen> screen_of(const std::optional<std::string>& color,
                               const config::Environment& environment) {
  Screen screen{.width = width_of(kStdout)};
  screen.color = screen.width && variable(environment, "NO_COLOR").empty();
  if (!color) return screen;
  const auto word = choice("--color", *color, kColorWords);
  if (!word) return word.error();
  if (*color != "auto") screen.color = *color == "always";
  return screen;
}

bool has_live_terminal(const config::Environment& environment) {
  return variable(environment, "TERM") != "dumb" && os::is_terminal(kStderr);
}

std::string painted(std::string_view text, std::string_view sgr, const Screen& screen) {
  if (!screen.color || sgr.empty()) return std::string{text};
  return fmt::format("\x1b[{}m{}\x1b[m", sgr, text);
}

std::string_view color_of(std::string_view state) {
  if (state == "running") return kGreen;
  if (state == "failed") return kRed;
  if (state == "stopped" || state == "exited") return kDim;
  return kYellow;
}

}  // namespace pm::cli
