#include "options_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "limits_options.h"
#include "options_reader.h"
#include "pm/config/formation.h"
#include "pm/core/suggest.h"
#include "text.h"

namespace pm::config {

namespace {

constexpr int kMostRestarts = 1'000'000;
constexpr double kMostFactor = 1e6;

constexpr Key<ProcessOptions> kBackoffKeys[] = {
    {"initial",
     [](Reader& r, const toml::node& n, ProcessOptions& o) { o.initial = r.duration(n, "initial"); }},
    {"factor",
     [](Reader& r, const toml::node& n, ProcessOptions& o) {
       o.factor = r.number(n, "factor", 1, kMostFactor, "a number of at least 1");
     }},
    {"max", [](Reader& r, const toml::node& n, ProcessOptions& o) { o.max = r.duration(n, "max"); }},
    {"jitter", [](Reader& r, const toml::node& n,
                  ProcessOptions& o) { o.jitter = r.number(n, "jitter", 0, 1, "a number from 0 to 1"); }},
    {"reset_after",
     [](Reader& r, const toml::node& n, ProcessOptions& o) { o.reset_after = r.duration(n, "reset_after"); }},
};

std::optional<core::Restart> restart_choice(Reader& reader, const toml::node& node) {
  static const Strings kChoices = {"always", "on-failure", "never"};
  return reader.choice(node, "restart", core::parse_restart, kChoices);
}

std::optional<core::PtyMode> pty_choice(Reader& reader, const toml::node& node) {
  static const Strings kChoices = {"auto", "always", "never"};
  constexpr core::PtyMode kModes[] = {core::PtyMode::automatic, core::PtyMode::always, core::PtyMode::never};
  const auto parse = [&](std::string_view text) -> std::optional<core::PtyMode> {
    const auto found = std::find(kChoices.begin(), kChoices.end(), text);
    return found == kChoices.end() ? std::nullopt : std::optional{kModes[found - kChoices.begin()]};
  };
  return reader.choice(node, "pty", parse, kChoices);
}

std::optional<Strings> shell_words(Reader& reader, const toml::node& node) {
  constexpr std::string_view kRequirement = "an array of strings such as [\"/bin/sh\", \"-c\"]";
  auto words = reader.list<std::string>(node, "shell", kRequirement,
                                        [&](const toml::node& word) { return reader.string(word, "shell"); });
  const bool is_empty =
      node.is_array() && (node.as_array()->empty() || (words && !words->empty() && words->front().empty()));
  if (!is_empty) return words;
  reader.fault(node.source(), fmt::format("'shell' must be {}", kRequirement), "no program is named");
  return std::nullopt;
}

constexpr Key<ProcessOptions> kProcessKeys[] = {
    {"instances", [](Reader& r, const toml::node& n,
                     ProcessOptions& o) { o.instances = r.integer(n, "instances", 0, kMostInstances); }},
    {"restart", [](Reader& r, const toml::node& n, ProcessOptions& o) { o.restart = restart_choice(r, n); }},
    {"backoff",
     [](Reader& r, const toml::node& n, ProcessOptions& o) { read_table(r, n, "backoff", kBackoffKeys, o); }},
    {"max_restarts",
     [](Reader& r, const toml::node& n, ProcessOptions& o) {
       o.max_restarts = r.integer(n, "max_restarts", 0, kMostRestarts);
     }},
    {"stop_signal",
     [](Reader& r, const toml::node& n, ProcessOptions& o) { o.stop_signal = r.signal(n, "stop_signal"); }},
    {"stop_timeout", [](Reader& r, const toml::node& n,
                        ProcessOptions& o) { o.stop_timeout = r.duration(n, "stop_timeout"); }},
    {"success_codes",
     [](Reader& r, const toml::node& n, ProcessOptions& o) {
       o.success_codes =
           r.list<int>(n, "success_codes", "an array of exit codes such as [0, 143]",
                       [&](const toml::node& code) { return r.integer(code, "success_codes", 0, 255); });
     }},
    {"env", [](Reader& r, const toml::node& n, ProcessOptions& o) { o.env = r.env(n, "env"); }},
    {"cwd", [](Reader& r, const toml::node& n, ProcessOptions& o) { o.cwd = r.filled_string(n, "cwd"); }},
    {"shell", [](Reader& r, const toml::node& n, ProcessOptions& o) { o.shell = shell_words(r, n); }},
    {"color", [](Reader& r, const toml::node& n, ProcessOptions& o) { o.color = r.color(n, "color"); }},
    {"pty", [](Reader& r, const toml::node& n, ProcessOptions& o) { o.pty = pty_choice(r, n); }},
    {"limits", read_limits},
    {"nice", read_nice},
    {"oom_score_adj", read_oom_score_adj},
    {"user", read_user},
    {"group", read_group},
    {"umask", read_umask},
};

constexpr Key<PanesOptions> kPanesKeys[] = {
    {"prefix", [](Reader& r, const toml::node& n, PanesOptions& o) { o.prefix = r.written(n, "prefix"); }},
    {"layout", [](Reader& r, const toml::node& n, PanesOptions& o) { o.layout = r.written(n, "layout"); }},
    {"keys", [](Reader& r, const toml::node& n, PanesOptions& o) { o.keys = r.words(n, "keys"); }},
};

std::optional<bool> cgroup_choice(Reader& reader, const toml::node& node) {
  static const Strings kChoices = {"auto", "never"};
  const auto parse = [](std::string_view text) -> std::optional<bool> {
    if (text == "auto") return true;
    return text == "never" ? std::optional{false} : std::nullopt;
  };
  return reader.choice(node, "cgroup", parse, kChoices);
}

constexpr Key<Options> kKeys[] = {
    {"port",
     [](Reader& r, const toml::node& n, Options& o) { o.port = r.integer(n, "port", 1, core::kLastPort); }},
    {"port_step", [](Reader& r, const toml::node& n,
                     Options& o) { o.port_step = r.integer(n, "port_step", 1, core::kLastPort); }},
    {"cgroup", [](Reader& r, const toml::node& n, Options& o) { o.cgroup = cgroup_choice(r, n); }},
    {"defaults", [](Reader& r, const toml::node& n,
                    Options& o) { read_table(r, n, "defaults", kProcessKeys, o.defaults); }},
    {"process",
     [](Reader& r, const toml::node& n, Options& o) {
       r.for_each(n, "process", [&](const toml::key& name, const toml::node& table) {
         read_table(r, table, name.str(), kProcessKeys, o.processes[std::string{name.str()}]);
       });
     }},
    {"panes",
     [](Reader& r, const toml::node& n, Options& o) { read_table(r, n, "panes", kPanesKeys, o.panes); }},
};

void check_types(Reader& reader, const toml::table& root, std::span<const std::string> types) {
  const auto* processes = root["process"].as_table();
  if (!processes || types.empty()) return;
  const std::set<std::string_view> known{types.begin(), types.end()};
  for (const auto& [name, table] : *processes)
    if (!known.contains(name.str()))
      reader
          .fault(name.source(), fmt::format("no process is called '{}'", shown(name.str())),
                 "not in the Procfile")
          .hint = core::did_you_mean(name.str(), types);
}

// toml++ limits nesting by brackets only; a table for each dot of a.a.a.… would overflow its recursions.
std::optional<Error> too_deep(const Text& text) {
  constexpr int kMostDots = 100;
  for (int number = 1; number <= text.lines(); ++number) {
    const auto line = text.line(number);
    if (trimmed(line).starts_with('#')) continue;
    int dots = 0;
    for (std::size_t i = 1; i < line.size(); ++i) {
      if (line[i] != '.' || line[i - 1] == '.' || ++dots <= kMostDots) continue;
      return text.fault(number, static_cast<int>(i) + 1,
                        fmt::format("this line has more than {} dots, which nest too deeply", kMostDots));
    }
  }
  return std::nullopt;
}

std::vector<Error> syntax_error(const Text& text, const toml::parse_error& error) {
  std::string said{error.description()};
  if (!said.empty() && said[0] >= 'A' && said[0] <= 'Z') said[0] = static_cast<char>(said[0] + 'a' - 'A');
  Reader reader{text};
  reader.fault(error.source(), "this is no valid TOML", std::move(said));
  return reader.take_faults();
}

core::Checked<toml::table> parse_table(const Text& text, const std::string& name) {
  if (const auto error = text.foreign_encoding()) return std::vector{*error};
  if (const auto error = too_deep(text)) return std::vector{*error};
  try {
    return toml::parse(text.body(), std::string_view{name});
  } catch (const toml::parse_error& error) { return syntax_error(text, error); }
}

}  // namespace

core::Checked<Options> parse_options(const File& file, std::span<const std::string> types) {
  const Text text{file};
  const auto root = parse_table(text, file.name);
  if (!root) return root.error();
  Reader reader{text};
  Options options;
  read_table(reader, *root, file.name, kKeys, options);
  check_types(reader, *root, types);
  if (auto faults = reader.take_faults(); !faults.empty()) return faults;
  return options;
}

core::Checked<PanesOptions> parse_panes(const File& file) {
  const Text text{file};
  const auto root = parse_table(text, file.name);
  if (!root) return root.error();
  Reader reader{text};
  PanesOptions options;
  if (const auto* panes = root->get("panes")) read_table(reader, *panes, "panes", kPanesKeys, options);
  if (auto faults = reader.take_faults(); !faults.empty()) return faults;
  return options;
}

ProcessOptions merged(ProcessOptions base, const ProcessOptions& over) {
  const auto take = [](auto& value, const auto& better) {
    if (better) value = better;
  };
  take(base.instances, over.instances);
  take(base.restart, over.restart);
  take(base.initial, over.initial);
  take(base.max, over.max);
  take(base.reset_after, over.reset_after);
  take(base.factor, over.factor);
  take(base.jitter, over.jitter);
  take(base.max_restarts, over.max_restarts);
  take(base.stop_signal, over.stop_signal);
  take(base.stop_timeout, over.stop_timeout);
  take(base.success_codes, over.success_codes);
  for (const auto& [name, value] : over.env) base.env.insert_or_assign(name, value);
  take(base.cwd, over.cwd);
  take(base.shell, over.shell);
  take(base.color, over.color);
  take(base.pty, over.pty);
  base.limits = core::merged(base.limits, over.limits);
  base.standing = core::merged(base.standing, over.standing);
  return base;
}

}  // namespace pm::config
