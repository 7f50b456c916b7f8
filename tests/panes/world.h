#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "update.h"
#include "view.h"

namespace pm::panes {

/// The panes of an application, with a supervisor that says what the test wants and a clock that it moves.
class World {
 public:
  explicit World(term::Size screen = {80, 24}, Settings settings = settings_of({}).value());

  /// Instances by name, all running unless told otherwise.
  Effects run(const std::vector<std::string>& names);
  Effects know();  ///< the status as it stands
  core::ProcessSnapshot& process(std::string_view name);
  Effects attach(const std::string& name, bool interactive = true);
  Effects output(const std::string& name, std::string_view bytes);

  /// Keys as of term::parse_key, with blanks between: "C-b z".
  Effects press(std::string_view keys);
  Effects type(std::string_view text);
  Effects mouse(const term::Mouse& mouse);
  Effects tell(const Event& event);
  void pass(core::Duration time);

  std::string shown() const;
  std::string row(int row) const;
  const std::string& focus() const { return model.panes[model.focus].name; }

  Model model;
  core::StatusSnapshot status;
  Moment moment{core::TimePoint{std::chrono::hours{1}}, 1'700'000'000'000'000};
};

/// Those of one kind.
template <class T>
std::vector<T> only(const Effects& effects) {
  std::vector<T> found;
  for (const auto& effect : effects)
    if (const auto* one = std::get_if<T>(&effect)) found.push_back(*one);
  return found;
}

}  // namespace pm::panes
