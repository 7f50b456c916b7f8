#pragma once

#include <fmt/format.h>

#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pm/core/name.h"
#include "pm/core/snapshot.h"
#include "pm/core/time.h"

namespace pm::api {

/// Writes JSON, a value after the other; the commas are its affair, the brackets are the caller's. Boost.JSON
/// would build a tree first, and write 1.5 as 1.5E0.
class Writer {
 public:
  void open(char bracket);
  void close(char bracket);
  void key(std::string_view name);

  void value(std::string_view text);  ///< bytes that are no UTF-8 become U+FFFD
  void value(const char* text) { value(std::string_view{text}); }
  void value(bool truth);
  void value(std::nullptr_t);
  void value(double number);            ///< null if it is not finite
  void value(core::Duration duration);  ///< in seconds, to the microsecond
  void value(core::Pid pid);            ///< null if there is none
  template <std::integral Number>
  void value(Number number) {
    fmt::format_int digits{number};
    literal({digits.data(), digits.size()});
  }
  template <class T>
  void value(const std::optional<T>& some) {
    some ? value(*some) : value(nullptr);
  }
  template <class T>
  void value(const std::vector<T>& all) {
    open('[');
    for (const auto& one : all) value(one);
    close(']');
  }
  void value(const std::map<std::string, int>& counts);

  template <class T>
  void member(std::string_view name, const T& what) {
    key(name);
    value(what);
  }
  /// A moment, in UTC after RFC 3339.
  void time(std::string_view name, const std::optional<core::WallTime>& when);
  /// A text, null if it is empty.
  void text_or_null(std::string_view name, std::string_view text);

  void newline() { text_ += '\n'; }
  void reserve(std::size_t size) { text_.reserve(size); }
  std::string text() && { return std::move(text_); }

 private:
  void separate();
  void literal(std::string_view text);
  void quote(std::string_view text);

  std::string text_;
  bool first_ = true;  ///< nothing stands before the next value that a comma would have to keep off
};

}  // namespace pm::api
