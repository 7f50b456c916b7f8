#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pm/config/application.h"
#include "pm/core/error.h"

namespace pm::config {

/// A file's text as the parsers see it: without a BOM, every line ending a \n. Offsets into it become places.
class Text {
 public:
  explicit Text(const File& file);

  const std::string& name() const { return name_; }
  std::string_view body() const { return body_; }
  int lines() const { return static_cast<int>(starts_.size()); }  ///< at least 1
  std::string_view line(int number) const;                        ///< without its ending
  std::size_t start_of(int number) const { return starts_[static_cast<std::size_t>(number) - 1]; }
  core::Location at(std::size_t offset) const;

  /// A line as far as an error at `column` needs it.
  std::string excerpt(int number, int column) const;

  /// A bad_input error about what stands at `offset`, or at a line and column; shows the line.
  core::Error fault(std::size_t offset, std::string what) const;
  core::Error fault(int line, int column, std::string what) const;

  /// The one error there is to tell if this is UTF-16: nothing in it would make sense.
  std::optional<core::Error> foreign_encoding() const;

 private:
  std::string name_;
  std::string body_;
  std::vector<std::size_t> starts_;
};

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Without the blanks at both ends.
std::string_view trimmed(std::string_view text);

/// What stands between commas and blanks.
std::vector<std::string_view> items(std::string_view list);

/// `word` in a length that a message can bear.
std::string shown(std::string_view word);

}  // namespace pm::config
