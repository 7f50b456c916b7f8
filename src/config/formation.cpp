#include "pm/config/formation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <set>

#include "pm/core/suggest.h"
#include "text.h"

namespace pm::config {

namespace {

using core::Error;

constexpr std::string_view kAll = "all";

// What one source says: "web=2,all=1" and, for arguments, bare names.
struct Wish {
  std::map<std::string, int, std::less<>> counts;
  std::optional<int> all;
  std::set<std::string, std::less<>> names;

  std::optional<int> count_of(const std::string& type) const {
    const auto found = counts.find(type);
    return found != counts.end() ? found->second : all;
  }
};

class FormationReader {
 public:
  FormationReader(std::span<const std::string> types, bool again)
      : types_{types}, known_{types.begin(), types.end()}, checks_names_{!types.empty() && !again} {}

  enum class BareNames { allowed, faulty };

  // `origin` introduces the errors: "--formation", or nothing for arguments.
  Wish read(std::string_view origin, std::string_view text, BareNames bare) {
    Wish wish;
    for (const auto item : items(text)) read_item(wish, origin, item, bare);
    return wish;
  }

  void check_name(std::string_view origin, std::string_view name) {
    if (checks_names_ && !known_.contains(name)) fault(origin, unknown_type(name, types_));
  }

  std::vector<Error> take_faults() { return std::move(faults_); }

 private:
  void read_item(Wish& wish, std::string_view origin, std::string_view item, BareNames bare) {
    const auto equals = item.find('=');
    const auto name = item.substr(0, equals);
    if (name.empty()) {
      return fault(origin,
                   core::bad_input(fmt::format("'{}' names no process", shown(item)), "write NAME=N"));
    }
    if (name != kAll) check_name(origin, name);
    if (equals != item.npos) return read_count(wish, origin, name, item.substr(equals + 1));
    if (bare == BareNames::allowed) {
      wish.names.emplace(name);
    } else {
      fault(origin, core::bad_input(fmt::format("'{}' has no count", shown(name)),
                                    fmt::format("write '{}=1'", shown(name))));
    }
  }

  void read_count(Wish& wish, std::string_view origin, std::string_view name, std::string_view text) {
    auto count = parse_count(name, text);
    if (!count) return fault(origin, std::move(count).error());
    if (name == kAll)
      wish.all = *count;
    else
      wish.counts.insert_or_assign(std::string{name}, *count);
  }

  void fault(std::string_view origin, Error error) {
    faults_.push_back(origin.empty() ? std::move(error) : std::move(error).in(origin));
  }

  std::span<const std::string> types_;
  std::set<std::string, std::less<>> known_;
  bool checks_names_;
  std::vector<Error> faults_;
};

// Whether `type` may run at all, given that bare names start nothing but themselves.
bool is_chosen(const Wish& arguments, const std::string& type) {
  return arguments.names.empty() || arguments.names.contains(kAll) || arguments.names.contains(type) ||
         arguments.count_of(type).has_value();
}

Wish command_line(const Wish& arguments, const Wish& flag) {
  auto both = arguments;
  both.counts.insert(flag.counts.begin(), flag.counts.end());
  if (!both.all) both.all = flag.all;
  return both;
}

int default_count(const Wish& arguments, const std::string& type) {
  return type == "release" && !arguments.names.contains(type) ? 0 : 1;
}

}  // namespace

core::Result<int> parse_count(std::string_view type, std::string_view text) {
  int count = 0;
  const auto end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, count);
  const bool is_number = rest == end && !text.empty() && ec != std::errc::invalid_argument;
  if (is_number && ec == std::errc{} && count >= 0 && count <= kMostInstances) return count;
  const auto range =
      fmt::format("write a whole number from 0 to {}, such as '{}=2'", kMostInstances, shown(type));
  if (!is_number)
    return core::bad_input(fmt::format("'{}' is no number of instances for '{}'", shown(text), shown(type)),
                           range);
  return core::bad_input(fmt::format("{} instances of '{}' are {}", shown(text), shown(type),
                                     text.starts_with('-') ? "less than none" : "too many"),
                         range);
}

core::Error unknown_type(std::string_view name, std::span<const std::string> types) {
  return core::bad_input(fmt::format("no process is called '{}'", shown(name)),
                         core::did_you_mean(name, types));
}

core::Checked<Formation> parse_formation(std::span<const std::string> types,
                                         const FormationSources& sources) {
  FormationReader reader{types, sources.again};
  const auto variable = reader.read("PM_FORMATION", sources.variable, FormationReader::BareNames::faulty);
  const auto flag = reader.read("--formation", sources.flag, FormationReader::BareNames::faulty);
  const auto arguments = reader.read("", fmt::format("{}", fmt::join(sources.arguments, " ")),
                                     FormationReader::BareNames::allowed);
  std::set<std::string, std::less<>> except;
  for (const auto& list : sources.except)
    for (const auto name : items(list)) {
      reader.check_name("--except", name);
      except.emplace(name);
    }
  if (auto faults = reader.take_faults(); !faults.empty()) return faults;

  const auto wanted = command_line(arguments, flag);
  Formation formation;
  for (const auto& type : types) {
    const auto options = sources.options.find(type);
    auto count = wanted.count_of(type);
    if (!count) count = variable.count_of(type);
    if (!count && options != sources.options.end()) count = options->second;
    const bool runs = is_chosen(arguments, type) && !except.contains(type);
    formation[type] = runs ? count.value_or(default_count(arguments, type)) : 0;
  }
  return formation;
}

}  // namespace pm::config
