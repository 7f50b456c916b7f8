#include "world.h"

#include <algorithm>
#include <sstream>

namespace pm::panes {

World::World(term::Size screen, Settings settings) : model{begin(std::move(settings), screen)} {
  status.root = "/srv/shop";
}

Effects World::run(const std::vector<std::string>& names) {
  status.processes.clear();
  status.formation.clear();
  for (const auto& name : names) {
    core::ProcessSnapshot process{.id = *core::parse_instance(name), .state = "running", .generation = 1};
    process.uptime = std::chrono::hours{2} + std::chrono::minutes{14};
    process.cpu_percent = 3;
    process.rss_bytes = 212 << 20;
    process.since = moment.wall;
    ++status.formation[process.id.type];
    status.processes.push_back(std::move(process));
  }
  auto effects = know();
  for (const auto& name : names)
    if (!model.find(name)->attached && model.find(name)->wanted != term::Size{0, 0}) attach(name);
  return effects;
}

Effects World::know() { return tell(StatusKnown{status}); }

core::ProcessSnapshot& World::process(std::string_view name) {
  return *std::find_if(status.processes.begin(), status.processes.end(),
                       [&](const auto& process) { return core::to_string(process.id) == name; });
}

Effects World::attach(const std::string& name, bool interactive) {
  const auto wanted = model.find(name)->wanted;
  return tell(Attached{name, interactive, wanted.columns > 0 ? wanted : term::Size{}});
}

Effects World::output(const std::string& name, std::string_view bytes) { return tell(Output{name, bytes}); }

Effects World::press(std::string_view keys) {
  Effects all;
  std::istringstream words{std::string{keys}};
  for (std::string word; words >> word;) {
    auto effects = tell(term::Input{*term::parse_key(word)});
    all.insert(all.end(), effects.begin(), effects.end());
  }
  return all;
}

Effects World::type(std::string_view text) {
  Effects all;
  for (const char c : text) {
    auto effects = tell(term::Input{term::Key{.character = static_cast<char32_t>(c)}});
    all.insert(all.end(), effects.begin(), effects.end());
  }
  return all;
}

Effects World::mouse(const term::Mouse& mouse) { return tell(term::Input{mouse}); }

Effects World::tell(const Event& event) { return update(model, event, moment); }

void World::pass(core::Duration time) {
  moment.now += time;
  moment.wall += std::chrono::duration_cast<std::chrono::microseconds>(time).count();
}

std::string World::shown() const { return view(model, moment).dump(); }

std::string World::row(int row) const {
  std::istringstream rows{shown()};
  std::string text;
  for (int i = 0; i <= row; ++i) std::getline(rows, text);
  return text;
}

}  // namespace pm::panes
