#include "model.h"

#include <algorithm>

namespace pm::panes {

Pane* Model::find(std::string_view name) {
  const auto found =
      std::find_if(panes.begin(), panes.end(), [&](const Pane& pane) { return pane.name == name; });
  return found == panes.end() ? nullptr : &*found;
}

}  // namespace pm::panes
