#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fault.h"
#include "pm/api/request.h"

namespace pm::api {

/// "web,work*" as selectors. Faults: an empty one, one with control characters.
Read<Selectors> read_selectors(std::string_view text);

/// The parameters of a query, each read into what it means; the first that means nothing is the fault of all.
class Query {
 public:
  /// Faults: bad percent-encoding, names that are not `known`.
  static Read<Query> parse(std::string_view text, std::span<const std::string> known);

  // These leave `into` as it is if the parameter was not given.
  void read(std::string_view name, bool& into);
  void read(std::string_view name, std::size_t& into);
  void read(std::string_view name, std::optional<std::size_t>& into);
  void read(std::string_view name, std::optional<core::Duration>& into);
  void read(std::string_view name, std::string& into);
  /// May be given several times.
  void read(std::string_view name, Selectors& into);

  bool has(std::string_view name) const;
  void fail(HttpFault fault);
  const std::optional<HttpFault>& fault() const { return fault_; }

 private:
  std::optional<std::string_view> only(std::string_view name);

  std::vector<std::pair<std::string, std::string>> items_;
  std::optional<HttpFault> fault_;
};

/// A target in origin form (RFC 9112, 3.2.1), in its parts.
struct Target {
  std::vector<std::string> segments;  ///< of the path, decoded
  std::string path;                   ///< as it was sent
  std::string query;                  ///< as it was sent
};
Read<Target> read_target(std::string_view text);

bool has_controls(std::string_view text);

/// The parts of `text` between the separators; one more than there are of these.
std::vector<std::string_view> split(std::string_view text, char separator);

}  // namespace pm::api
