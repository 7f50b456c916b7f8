#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pm::log {

/// The colours that types get by their place in the Procfile, again from the first when there are more types.
class Palette {
 public:
  /// Colours that can be told apart on dark and light backgrounds.
  Palette();

  /// `sgr`: parameters of Select Graphic Rendition, like "36" or "38;5;208"; none: the default colours.
  explicit Palette(std::vector<std::string> sgr);

  /// The colour of the type with that index, from 0. Valid as long as the palette.
  std::string_view color(std::size_t type_index) const { return sgr_[type_index % sgr_.size()]; }
  std::size_t size() const { return sgr_.size(); }

 private:
  std::vector<std::string> sgr_;  // never empty
};

}  // namespace pm::log
