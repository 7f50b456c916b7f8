#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pm/core/color.h"
#include "pm/core/error.h"
#include "pm/core/exit.h"
#include "pm/core/suggest.h"
#include "pm/core/time.h"
#include "pm/core/written.h"
#include "text.h"

namespace pm::config {

using core::Error;
using Strings = std::vector<std::string>;

// "this is a string": what stands where something else was expected.
inline std::string described(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "this is a table";
    case toml::node_type::array: return "this is an array";
    case toml::node_type::string: return "this is a string";
    case toml::node_type::integer: return "this is an integer";
    case toml::node_type::floating_point: return "this is a float";
    case toml::node_type::boolean: return "this is a boolean";
    default: return "this is a date or time";
  }
}

// Where character number `characters` of `line` begins, counting from `known`, an earlier one and its offset.
struct Progress {
  int characters = 1;
  std::size_t offset = 0;
};
inline Progress advance(Progress known, std::string_view line, int characters) {
  for (; known.characters < characters && known.offset < line.size(); ++known.characters) {
    ++known.offset;
    while (known.offset < line.size() && (line[known.offset] & 0xC0) == 0x80) ++known.offset;
  }
  return known;
}

inline bool stands_before(const Error& a, const Error& b) {
  return std::tie(a.where->line, a.where->column) < std::tie(b.where->line, b.where->column);
}

// Takes values out of nodes; what is wrong with them goes into `faults`, and nullopt comes back.
class Reader {
 public:
  explicit Reader(const Text& text) : text_{text} {}

  std::optional<int> integer(const toml::node& node, std::string_view key, int low, int high) {
    const auto value = node.value_exact<std::int64_t>();
    if (value && *value >= low && *value <= high) return static_cast<int>(*value);
    return wrong(node, key, fmt::format("a whole number from {} to {}", low, high), value.has_value());
  }

  std::optional<double> number(const toml::node& node, std::string_view key, double low, double high,
                               std::string_view requirement) {
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (value && *value >= low && *value <= high) return value;
    return wrong(node, key, requirement, value.has_value());
  }

  // One that a 64-bit number holds; what it has to be is the caller's to say.
  std::optional<std::uint64_t> count(const toml::node& node, std::string_view key, std::uint64_t low,
                                     std::uint64_t high, std::string_view requirement) {
    const auto value = node.value_exact<std::int64_t>();
    if (value && *value >= 0 && static_cast<std::uint64_t>(*value) >= low &&
        static_cast<std::uint64_t>(*value) <= high)
      return static_cast<std::uint64_t>(*value);
    return wrong(node, key, requirement, value.has_value());
  }

  std::optional<std::string> string(const toml::node& node, std::string_view key) {
    const auto value = node.value_exact<std::string>();
    if (!value) return wrong(node, key, "a string", false);
    if (value->find('\0') == value->npos) return value;
    fault(node.source(), fmt::format("'{}' holds a NUL character", shown(key)),
          "no program can be given one");
    return std::nullopt;
  }

  std::optional<std::string> filled_string(const toml::node& node, std::string_view key) {
    auto value = string(node, key);
    if (value && value->empty())
      return wrong(node, key, "a string that is not empty", false, "this is empty");
    return value;
  }

  std::optional<core::Duration> duration(const toml::node& node, std::string_view key) {
    const auto text = node.value_exact<std::string>();
    const auto value = text ? core::parse_duration(*text) : std::nullopt;
    if (value) return value;
    return wrong(node, key, "a time such as \"500ms\", \"5s\", \"2m\" or \"1h\"", false,
                 text ? "this is no time" : described(node));
  }

  std::optional<int> signal(const toml::node& node, std::string_view key) {
    const auto text = node.value_exact<std::string>();
    const auto value = text ? core::parse_signal(*text) : std::nullopt;
    if (value) return value;
    return wrong(node, key, "the name of a signal, such as \"SIGTERM\"", false,
                 text ? "there is no such signal" : described(node));
  }

  // A string that `parse` knows; `choices` are for the message.
  template <class Parse>
  auto choice(const toml::node& node, std::string_view key, const Parse& parse,
              std::span<const std::string> choices) -> decltype(parse(std::string_view{})) {
    const auto text = node.value_exact<std::string>();
    if (!text) return wrong(node, key, "a string", false);
    if (auto value = parse(std::string_view{*text})) return value;
    fault(node.source(), fmt::format("'{}' cannot be '{}'", shown(key), shown(*text)),
          "there is no such choice")
        .hint = core::did_you_mean(*text, choices);
    return std::nullopt;
  }

  std::optional<std::string> color(const toml::node& node, std::string_view key) {
    const auto known = [](std::string_view text) {
      return core::parse_color(text) ? std::optional{std::string{text}} : std::nullopt;
    };
    if (!node.is_integer()) return choice(node, key, known, core::color_names());
    const auto number = integer(node, key, 0, 255);
    return number ? std::optional{std::to_string(*number)} : std::nullopt;
  }

  // An array, each element by `read`; faults in an element do not hide those in the next.
  template <class T, class Read>
  std::optional<std::vector<T>> list(const toml::node& node, std::string_view key,
                                     std::string_view requirement, const Read& read) {
    if (!node.is_array()) return wrong(node, key, requirement, false);
    std::vector<T> values;
    for (const auto& element : *node.as_array())
      if (auto value = read(element)) values.push_back(std::move(*value));
    return values;
  }

  std::map<std::string, std::string> env(const toml::node& node, std::string_view name) {
    std::map<std::string, std::string> values;
    for_each(node, name, [&](const toml::key& key, const toml::node& value) {
      if (key.empty() || key.str().find_first_of(std::string_view{"=\0", 2}) != std::string_view::npos) {
        fault(key.source(), fmt::format("'{}' cannot name a variable", shown(key.str())), "");
      } else if (!value.is_string()) {
        auto& error =
            fault(value.source(), fmt::format("'{}' must be a string", shown(key.str())), described(value));
        if (value.is_value()) error.hint = "put it in quotes: variables are text";
      } else if (auto text = string(value, key.str())) {
        values.emplace(key.str(), std::move(*text));
      }
    });
    return values;
  }

  template <class Visit>
  void for_each(const toml::node& node, std::string_view key, const Visit& visit) {
    const auto* table = node.as_table();
    if (!table) return (void)wrong(node, key, "a table", false);
    for (const auto& [name, value] : *table) visit(name, value);
  }

  void unknown_key(const toml::key& key, std::span<const std::string> known) {
    fault(key.source(), fmt::format("there is no key '{}' here", shown(key.str())), "unknown key").hint =
        core::did_you_mean(key.str(), known);
  }

  Error& fault(const toml::source_region& place, std::string what, std::string pointer) {
    auto& error = faults_.emplace_back(core::bad_input(std::move(what)));
    error.where = {text_.name(), static_cast<int>(place.begin.line), static_cast<int>(place.begin.column)};
    error.pointer = std::move(pointer);
    return error;
  }

  core::Written written(std::string word, const toml::source_region& place) const {
    core::Written written{.text = std::move(word), .place = core::bad_input({})};
    written.place.where = {text_.name(), static_cast<int>(place.begin.line),
                           static_cast<int>(place.begin.column)};
    Progress progress;
    show_line(written.place, progress);
    return written;
  }

  std::optional<core::Written> written(const toml::node& node, std::string_view key) {
    auto word = filled_string(node, key);
    return word ? std::optional{written(std::move(*word), node.source())} : std::nullopt;
  }

  std::vector<std::pair<core::Written, core::Written>> words(const toml::node& node, std::string_view name) {
    std::vector<std::pair<core::Written, core::Written>> words;
    for_each(node, name, [&](const toml::key& key, const toml::node& value) {
      if (auto word = written(value, key.str()))
        words.emplace_back(written(std::string{key.str()}, key.source()), std::move(*word));
    });
    std::sort(words.begin(), words.end(),
              [](const auto& a, const auto& b) { return stands_before(a.first.place, b.first.place); });
    return words;
  }

  // "'key' must be …", with what stands there instead as the pointer.
  std::nullopt_t wrong(const toml::node& node, std::string_view key, std::string_view requirement,
                       bool right_type, std::string pointer = {}) {
    if (pointer.empty()) pointer = right_type ? "out of range" : described(node);
    fault(node.source(), fmt::format("'{}' must be {}", shown(key), requirement), std::move(pointer));
    return std::nullopt;
  }

  // Tables come sorted by key; a person reads from top to bottom.
  std::vector<Error> take_faults() {
    std::stable_sort(faults_.begin(), faults_.end(), stands_before);
    show_lines();
    return std::move(faults_);
  }

 private:
  // toml++ counts characters, our columns count bytes. The faults are sorted: one pass over each line is
  // enough.
  void show_lines() {
    int line = 0;
    Progress progress;
    for (auto& error : faults_) {
      if (error.where->line != std::exchange(line, error.where->line)) progress = {};
      show_line(error, progress);
    }
  }

  void show_line(Error& error, Progress& progress) const {
    const auto line = error.where->line;
    if (line < 1 || line > text_.lines()) return;
    progress = advance(progress, text_.line(line), error.where->column);
    error.where->column = static_cast<int>(progress.offset) + 1;
    error.source = text_.excerpt(line, error.where->column);
  }

  const Text& text_;
  std::vector<Error> faults_;
};

// How one key of a table is read into the options.
template <class Target>
struct Key {
  const char* name;
  void (*read)(Reader& reader, const toml::node& node, Target& into);
};

template <class Target, std::size_t size>
void read_table(Reader& reader, const toml::node& node, std::string_view name,
                const Key<Target> (&keys)[size], Target& into) {
  Strings names;
  for (const auto& key : keys) names.emplace_back(key.name);
  reader.for_each(node, name, [&](const toml::key& key, const toml::node& value) {
    const auto known = std::find(names.begin(), names.end(), key.str());
    if (known == names.end()) return reader.unknown_key(key, names);
    keys[known - names.begin()].read(reader, value, into);
  });
}

}  // namespace pm::config
