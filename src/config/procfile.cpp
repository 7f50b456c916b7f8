#include "procfile.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "pm/core/name.h"
#include "text.h"

namespace pm::config {

namespace {

using core::Error;

constexpr const char* kExample = "a line is 'name: command', such as 'web: bundle exec puma'";
constexpr const char* kNoContinuation =
    "a command is one line, whatever it ends with: put all of it there, or into a script";

bool is_name_character(char c) { return core::is_type_name({&c, 1}); }

// "my app" → "my-app"
std::string as_name(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (is_name_character(c))
      name += c;
    else if (!name.empty() && name.back() != '-')
      name += '-';
  }
  if (name.ends_with('-')) name.pop_back();
  return name;
}

class ProcfileReader {
 public:
  explicit ProcfileReader(const Text& text) : text_{text} {}

  core::Checked<Procfile> read() {
    for (int number = 1; number <= text_.lines(); ++number) read_line(number);
    if (procfile_.entries.empty() && faults_.empty()) {
      faults_.push_back(text_.fault(1, 1, "there is no process in this file"));
      faults_.back().source.clear();
      faults_.back().hint = "write one a line, such as 'web: bundle exec puma'";
    }
    if (!faults_.empty()) return std::move(faults_);
    return std::move(procfile_);
  }

 private:
  void read_line(int number) {
    const auto line = text_.line(number);
    const auto content = trimmed(line);
    if (content.empty() || content.starts_with('#')) return;
    line_ = number;
    indent_ = static_cast<std::size_t>(content.data() - line.data());
    const auto colon = content.find(':');
    const auto name = trimmed(content.substr(0, colon));
    if (colon != content.npos && core::is_type_name(name)) return entry(name, content.substr(colon + 1));
    const auto run = static_cast<std::size_t>(
        std::find_if_not(content.begin(), content.end(), is_name_character) - content.begin());
    // In "web run http://x" the colon was forgotten, in "my app: run" the name is wrong.
    const bool colon_ends_name =
        colon != content.npos && (colon + 1 == content.size() || is_blank(content[colon + 1]));
    if (colon_ends_name || (colon != content.npos && !is_blank(content[run]))) return bad_name(name, run);
    no_process(content, run);
  }

  // A shell would go on with the line below.
  bool follows_backslash() const { return line_ > 1 && trimmed(text_.line(line_ - 1)).ends_with('\\'); }

  void entry(std::string_view name, std::string_view rest) {
    const auto command = trimmed(rest);
    const auto [known, is_new] = lines_.try_emplace(name, line_);
    if (!is_new)
      fault(fmt::format("process '{}' is already defined on line {}", shown(name), known->second)).hint =
          "give each process its own name";
    if (command.empty()) return no_command(name, rest);
    if (const auto nul = command.find('\0'); nul != command.npos) {
      auto& error = fault(fmt::format("the command of '{}' holds a NUL byte", shown(name)));
      point(error, offset_of(command) + nul, "no program can be given one");
      error.hint = "delete it";
    } else if (is_new) {
      procfile_.entries.push_back({std::string{name}, std::string{command}, line_});
    }
  }

  void no_command(std::string_view name, std::string_view rest) {
    auto& error = fault(fmt::format("process '{}' has no command", shown(name)));
    point(error, offset_of(rest), "expected a command");
    error.hint = fmt::format("write '{}: COMMAND', or put a # before the line", shown(name));
  }

  void bad_name(std::string_view name, std::size_t run) {
    if (name.empty()) {
      auto& error = fault("there is no name before the colon");
      point(error, indent_, "expected a name");
      error.hint = kExample;
      return;
    }
    auto& error = fault(fmt::format("'{}' cannot name a process", shown(name)));
    point(error, indent_ + run, "a name has letters, digits, '_' and '-' only");
    const auto better = as_name(name);
    error.hint = follows_backslash() ? kNoContinuation
                 : better.empty()    ? kExample
                                     : fmt::format("call it '{}'", shown(better));
  }

  void no_process(std::string_view content, std::size_t run) {
    auto& error = fault("this line is no process");
    error.hint = follows_backslash() ? kNoContinuation : kExample;
    if (run == 0) return point(error, indent_, "expected a name");
    point(error, indent_ + run, "expected ':' after the name");
    const auto name = content.substr(0, run), rest = content.substr(run), command = trimmed(rest);
    if (rest.starts_with('=')) error.hint += "; variables belong into an env file";
    if (rest.empty()) error.hint = fmt::format("write '{}: COMMAND'", shown(name));
    if (is_blank(content[std::min(run, content.size() - 1)]))
      error.hint = fmt::format("write '{}: {}'", shown(name), shown(command));
    if (follows_backslash()) error.hint = kNoContinuation;
  }

  Error& fault(std::string what) {
    return faults_.emplace_back(text_.fault(line_, static_cast<int>(indent_) + 1, std::move(what)));
  }
  static void point(Error& error, std::size_t offset, std::string pointer) {
    error.caret = static_cast<int>(offset) + 1;
    error.pointer = std::move(pointer);
  }
  std::size_t offset_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - text_.line(line_).data());
  }

  const Text& text_;
  int line_ = 0;
  std::size_t indent_ = 0;  // where the content of line_ begins
  std::unordered_map<std::string_view, int> lines_;
  Procfile procfile_;
  std::vector<Error> faults_;
};

}  // namespace

core::Checked<Procfile> parse_procfile(const File& file) {
  const Text text{file};
  if (const auto error = text.foreign_encoding()) return std::vector{*error};
  return ProcfileReader{text}.read();
}

}  // namespace pm::config
