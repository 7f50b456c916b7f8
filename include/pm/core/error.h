#pragma once

#include <fmt/format.h>

#include <boost/system/result.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pm::core {

/// A place in a file. Lines and columns count from 1, columns in bytes; 0 is unknown.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;
  friend bool operator==(const Location&, const Location&) = default;
};

/// What went wrong, as a value that gathers context on its way up; only main prints it.
struct Error {
  /// What the caller can do about it; picks the exit status.
  enum class Kind { bad_input, not_found, conflict, failed, no_supervisor };
  Kind kind = Kind::failed;
  std::string what;  ///< one clause, lower case, no full stop
  std::optional<Location> where = {};
  std::string source = {};   ///< the faulty line itself, shown under the message; empty: none
  std::string pointer = {};  ///< what was expected at the caret; empty: no caret line
  int caret = 0;             ///< the column of `source` that `pointer` is about; 0: `where->column`
  std::string hint = {};     ///< what the person can do; may hold several lines

  Error in(std::string_view task) && {
    what = fmt::format("{}: {}", task, what);
    return std::move(*this);
  }
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = boost::system::result<T, Error>;

/// For files: they have many faults, and a person wants to see all of them at once.
template <class T>
using Checked = boost::system::result<T, std::vector<Error>>;

[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);
[[noreturn]] void throw_exception_from_error(const std::vector<Error>& errors,
                                             const boost::source_location& location);

inline Error bad_input(std::string what, std::string hint = {}) {
  return {.kind = Error::Kind::bad_input, .what = std::move(what), .hint = std::move(hint)};
}

/// The exit status that documents `kind`: 1 failed, 2 wrong usage or bad input, 3 no supervisor answers.
int exit_status(Error::Kind kind);

/// The error as a person reads it, ending in a newline; what a terminal would interpret is made harmless:
///   pm: error: Procfile:3:1: this line is no process
///         3 | web bundle exec puma
///           |    ^ expected ':' after the name
///     hint: write 'web: bundle exec puma'
std::string render(const Error& error, std::string_view severity = "error");
std::string render(const std::vector<Error>& errors);

}  // namespace pm::core
