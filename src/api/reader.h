#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pm/core/error.h"
#include "pm/core/exit.h"
#include "pm/core/name.h"
#include "pm/core/snapshot.h"

namespace pm::api {

/// Where the first member that is not as it should be is told, for a whole document.
class Doubt {
 public:
  explicit operator bool() const { return error_.has_value(); }
  const core::Error& error() const { return *error_; }
  void raise(std::string_view where, std::string_view what);

 private:
  std::optional<core::Error> error_;
};

/// The members of an object, each read strictly as its type; unknown ones are left alone, for there may be
/// more of them in later versions. What is wrong goes to the doubt, and what is read into stays as it is.
class Members {
 public:
  Members(const boost::json::value& value, std::string path, Doubt& doubt);

  void read(std::string_view name, std::string& into) const;
  void read(std::string_view name, bool& into) const;
  void read(std::string_view name, int& into) const;
  void read(std::string_view name, std::uint64_t& into) const;
  void read(std::string_view name, double& into) const;
  void read(std::string_view name, core::Duration& into) const;
  void read(std::string_view name, core::Pid& into) const;  ///< none if null
  void read(std::string_view name, core::InstanceId& into) const;
  void read(std::string_view name, std::map<std::string, int>& into) const;
  void read(std::string_view name, std::vector<std::string>& into) const;
  void read(std::string_view name, std::vector<int>& into) const;
  void read_time(std::string_view name, core::WallTime& into) const;
  void read_time(std::string_view name, std::optional<core::WallTime>& into) const;
  void read_signal(std::string_view name, int& into) const;
  void read_or_empty(std::string_view name, std::string& into) const;  ///< empty if null
  /// "exit_code" and "signal"; null in both: nothing has ended.
  void read_exit(std::optional<core::Exit>& into) const;
  template <class T>
  void read(std::string_view name, std::optional<T>& into) const {
    const auto* value = find(name);
    if (!value || value->is_null()) return;
    T some{};
    read(name, some);
    into = some;
  }

  bool has(std::string_view name) const;  ///< and it is not null
  /// The object, or each element of the array, at `name`.
  Members object(std::string_view name) const;
  std::vector<Members> objects(std::string_view name) const;
  void doubt(std::string_view name, std::string_view what) const;

 private:
  void read_out_of_memory(std::optional<core::Exit>& into) const;
  const boost::json::value* find(std::string_view name) const;  ///< with a doubt if there is none
  template <class Number>
  void read_number(std::string_view name, Number& into) const;
  template <class T, class Take>
  void read_all(std::string_view name, std::vector<T>& into, Take take) const;

  const boost::json::object* object_;
  std::string path_;
  Doubt* doubt_;
};

}  // namespace pm::api
