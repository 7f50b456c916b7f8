#include "open_panes.h"

namespace pm::cli {

core::Checked<panes::Settings> panes_settings(const config::PanesOptions& options) {
  return panes::settings_of({.prefix = options.prefix, .layout = options.layout, .keys = options.keys});
}

core::Result<panes::Outcome> open_panes(const std::string& socket, const panes::Settings& settings,
                                        const config::Environment& environment) {
  const auto value = [&](const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string{} : found->second;
  };
  return panes::run(
      {.socket = socket, .settings = settings, .term = value("TERM"), .colorterm = value("COLORTERM")});
}

Outcome left_panes() {
  return {.status = 0,
          .messages = "pm: left the panes, everything runs on: 'pm panes' comes back, 'pm quit' ends it\n"};
}

std::string ended_run(const std::vector<std::string>& failed) {
  std::string text;
  for (const auto& line : failed) text += fmt::format("pm: {}\n", line);
  return text + "pm: the supervisor has ended\n";
}

}  // namespace pm::cli
