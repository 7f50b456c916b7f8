#include "env_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "text.h"

namespace pm::config {

namespace {

using core::Error;

// What Linux lets a process have (execve(2)); beyond, nothing would start, and nested expansion has no end.
constexpr std::size_t kLongestValue = 128 * 1024, kMostBytes = 6 * 1024 * 1024;

bool is_key_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}
bool is_expanded_character(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_quote(char c) { return c == '"' || c == '\''; }

char unescaped(char c) {
  switch (c) {
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

class EnvReader {
 public:
  EnvReader(const Text& text, Variables earlier, const Environment& real)
      : text_{text}, body_{text.body()}, variables_{std::move(earlier)}, real_{real} {}

  core::Checked<Variables> read() {
    while (pos_ < body_.size() && bytes_ <= kMostBytes) {
      read_line();
      pos_ = std::min(body_.find('\n', pos_), body_.size() - 1) + 1;
    }
    if (!faults_.empty()) return std::move(faults_);
    return std::move(variables_);
  }

 private:
  void read_line() {
    skip_blanks();
    if (at_end() || body_[pos_] == '#') return;
    skip_export();
    const auto start = pos_;
    while (!at_end() && is_key_character(body_[pos_])) ++pos_;
    const auto end = pos_;
    skip_blanks();
    if (at_end() || body_[pos_] != '=') return no_variable(start, end);
    const auto key = body_.substr(start, end - start);
    if (key.empty()) return no_name(start);
    ++pos_;
    skip_blanks();
    if (const auto value = read_value(start, key))
      variables_.insert_or_assign(std::string{key}, Variable{*value, text_.at(start)});
  }

  // "export KEY=…"; in "export=…" it is the key.
  void skip_export() {
    constexpr std::string_view kExport = "export";
    if (!body_.substr(pos_).starts_with(kExport)) return;
    auto next = pos_ + kExport.size();
    if (next >= body_.size() || !is_blank(body_[next])) return;
    while (next < body_.size() && is_blank(body_[next])) ++next;
    if (next < body_.size() && body_[next] != '=' && body_[next] != '\n') pos_ = next;
  }

  std::optional<std::string> read_value(std::size_t key_start, std::string_view key) {
    value_.clear();
    kept_ = 0;
    too_long_ = false;
    const auto start = pos_;
    if (!read_parts(start)) return std::nullopt;
    while (value_.size() > kept_ && is_blank(value_.back())) value_.pop_back();
    bytes_ += value_.size();
    if (const auto nul = body_.substr(start, pos_ - start).find('\0'); nul != body_.npos) {
      fault(start + nul, fmt::format("the value of '{}' holds a NUL byte", shown(key)),
            "no program can be given one")
          .hint = "delete it";
      return std::nullopt;
    }
    if (too_long_ || value_.size() > kLongestValue) {
      fault(key_start, fmt::format("the value of '{}' is longer than 128 KiB", shown(key)), "").hint =
          "no program can be given that much in one variable; put it into a file";
      return std::nullopt;
    }
    if (bytes_ > kMostBytes) {
      fault(key_start, "the values up to here are longer than 6 MiB together", "").hint =
          "no program can be given that much";
      return std::nullopt;
    }
    return value_;
  }

  // An unquoted value is literal ("it's"); one that begins with a quote is made of parts, as in a shell.
  bool read_parts(std::size_t start) {
    const bool in_parts = !at_end() && is_quote(body_[pos_]);
    bool after_quote = false;
    while (!at_end()) {
      const char c = body_[pos_];
      if (c == '#' && (after_quote || is_blank(body_[pos_ - 1]))) return true;
      after_quote = in_parts && is_quote(c);
      if (after_quote) {
        if (!read_quoted(start)) return false;
        kept_ = value_.size();
      } else if (c == '$') {
        expand();
      } else {
        value_ += c;
        ++pos_;
      }
    }
    return true;
  }

  bool read_quoted(std::size_t value_start) {
    const auto open = pos_;
    const char quote = body_[pos_++];
    while (pos_ < body_.size() && body_[pos_] != quote) {
      const char c = body_[pos_];
      if (quote == '"' && c == '$') {
        expand();
        continue;
      }
      const bool escape = quote == '"' && c == '\\' && pos_ + 1 < body_.size();
      value_ += escape ? unescaped(body_[pos_ + 1]) : c;
      pos_ += escape ? 2 : 1;
    }
    if (pos_ < body_.size()) {
      ++pos_;
      return true;
    }
    unclosed(open, value_start);
    return false;
  }

  // At a $: the variable's value, or the $ itself.
  void expand() {
    const bool braces = body_.substr(pos_).starts_with("${");
    const auto start = pos_ + (braces ? 2 : 1);
    auto end = start;
    while (end < body_.size() && is_expanded_character(body_[end])) ++end;
    const bool closed = !braces || (end < body_.size() && body_[end] == '}');
    if (end == start || !closed) {
      value_ += body_[pos_++];
      return;
    }
    append(lookup(std::string{body_.substr(start, end - start)}));
    pos_ = end + (braces ? 1 : 0);
    kept_ = value_.size();
  }

  std::string_view lookup(const std::string& name) const {
    if (const auto found = variables_.find(name); found != variables_.end()) return found->second.value;
    if (const auto found = real_.find(name); found != real_.end()) return found->second;
    return {};
  }

  void append(std::string_view expanded) {
    too_long_ |= value_.size() + expanded.size() > kLongestValue;
    if (!too_long_) value_ += expanded;
  }

  void no_variable(std::size_t start, std::size_t end) {
    const auto line = trimmed(body_.substr(start, body_.find('\n', start) - start));
    const auto equals = line.find('=');
    if (equals == 0) return no_name(start);
    if (equals != line.npos && body_[end] != ':') {
      fault(start, fmt::format("'{}' cannot name a variable", shown(trimmed(line.substr(0, equals)))),
            "a name has letters, digits, '_' and '.' only", end);
      return;
    }
    const auto name = shown(body_.substr(start, end - start));
    auto& error = fault(start, "this line is no variable", name.empty() ? "expected a name" : "expected '='",
                        name.empty() ? start : end);
    const auto rest = trimmed(line.substr(std::min(end - start, line.size())));
    const auto value = rest.starts_with(':') ? trimmed(rest.substr(1)) : std::string_view{};
    error.hint = name.empty() ? "a line is 'KEY=value'"
                              : fmt::format("write '{}={}'", name, value.empty() ? "value" : shown(value));
  }

  void no_name(std::size_t start) {
    fault(start, "there is no name before the '='", "expected a name").hint = "a line is 'KEY=value'";
  }

  // Reading goes on behind the line of the quote: what follows was probably not meant to be in it.
  void unclosed(std::size_t open, std::size_t value_start) {
    auto& error = fault(open, "this quote is never closed", "opened here");
    error.hint = body_[open] == '"' ? "close it, or write \\\" for a quote that is part of the value"
                                    : "close it, or put double quotes around the value";
    const auto began = text_.at(value_start).line;
    if (began != error.where->line) error.hint += fmt::format("\nthe value began on line {}", began);
    pos_ = open;
  }

  Error& fault(std::size_t offset, std::string what, std::string pointer,
               std::optional<std::size_t> caret = std::nullopt) {
    auto error = text_.fault(offset, std::move(what));
    error.pointer = std::move(pointer);
    if (caret) error.caret = text_.at(*caret).column;
    return faults_.emplace_back(std::move(error));
  }

  bool at_end() const { return pos_ >= body_.size() || body_[pos_] == '\n'; }
  void skip_blanks() {
    while (pos_ < body_.size() && is_blank(body_[pos_])) ++pos_;
  }

  const Text& text_;
  std::string_view body_;
  Variables variables_;
  const Environment& real_;
  std::size_t pos_ = 0;
  std::size_t bytes_ = 0;  // of all values so far
  std::string value_;      // the one being read
  std::size_t kept_ = 0;   // so much of it is quoted or expanded, and not trimmed
  bool too_long_ = false;
  std::vector<Error> faults_;
};

}  // namespace

core::Checked<Variables> parse_env_file(const File& file, Variables earlier, const Environment& real) {
  const Text text{file};
  if (const auto error = text.foreign_encoding()) return std::vector{*error};
  return EnvReader{text, std::move(earlier), real}.read();
}

}  // namespace pm::config
