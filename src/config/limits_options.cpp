#include "limits_options.h"

#include <charconv>

#include "pm/core/bytes.h"

namespace pm::config {

namespace {

constexpr std::uint64_t kLeastDescriptors = 8, kMostDescriptors = 1 << 30;
constexpr std::uint64_t kMostProcesses = 1 << 22;  // PID_MAX_LIMIT of Linux
constexpr std::uint64_t kLeastMemory = 1'000'000;
constexpr double kMostProcessors = 8192;

bool is_unlimited(const toml::node& node) { return node.value_exact<std::string>() == "unlimited"; }

// "100MB", 4096, "unlimited"
std::optional<std::uint64_t> size(Reader& reader, const toml::node& node, std::string_view key,
                                  std::uint64_t least, std::string_view requirement) {
  if (is_unlimited(node)) return core::kUnlimited;
  if (node.is_integer()) return reader.count(node, key, least, core::kUnlimited - 1, requirement);
  const auto text = node.value_exact<std::string>();
  const auto value = text ? core::parse_bytes(*text) : std::nullopt;
  if (value && *value >= least) return value;
  return reader.wrong(node, key, requirement, value.has_value(), text && !value ? "this is no size" : "");
}

std::optional<std::uint64_t> processes(Reader& reader, const toml::node& node) {
  if (is_unlimited(node)) return core::kUnlimited;
  return reader.count(node, "nproc", 1, kMostProcesses, "a whole number of at least 1, or \"unlimited\"");
}

std::optional<core::CpuLimit> cpu(Reader& reader, const toml::node& node) {
  constexpr std::string_view kRequirement = "a number of processors such as 1.5, or a time such as \"10m\"";
  using std::chrono::seconds;
  if (node.is_number()) {
    constexpr double kLeast = 0.01;  // a period of a cgroup has 100 ms, its share at least 1 ms
    const auto number = reader.number(node, "cpu", kLeast, kMostProcessors, kRequirement);
    return number ? std::optional{core::CpuLimit{*number}} : std::nullopt;
  }
  const auto text = node.value_exact<std::string>();
  const auto time = text ? core::parse_duration(*text) : std::nullopt;
  if (time && *time >= seconds{1}) return core::CpuLimit{std::chrono::ceil<seconds>(*time)};
  return reader.wrong(node, "cpu", kRequirement, false,
                      time   ? "less than a second cannot be counted"
                      : text ? "this is no time"
                             : "");
}

constexpr Key<core::Limits> kLimitKeys[] = {
    {"nofile",
     [](Reader& r, const toml::node& n, core::Limits& o) {
       o.nofile = r.count(n, "nofile", kLeastDescriptors, kMostDescriptors, "a whole number of at least 8");
     }},
    {"nproc", [](Reader& r, const toml::node& n, core::Limits& o) { o.nproc = processes(r, n); }},
    {"core",
     [](Reader& r, const toml::node& n, core::Limits& o) {
       o.core = size(r, n, "core", 0, "a size such as \"0\", \"100MB\" or \"unlimited\"");
     }},
    {"memory",
     [](Reader& r, const toml::node& n, core::Limits& o) {
       o.memory = size(r, n, "memory", kLeastMemory, "a size of at least 1 MB such as \"512MB\" or \"2GiB\"");
     }},
    {"cpu", [](Reader& r, const toml::node& n, core::Limits& o) { o.cpu = cpu(r, n); }},
};

// The name of a user or a group, or its number.
std::optional<core::Written> account(Reader& reader, const toml::node& node, std::string_view key) {
  if (!node.is_integer()) return reader.written(node, key);
  constexpr std::uint64_t kMost = 0xFFFF'FFFE;  // -1 means nobody to the kernel
  const auto number = reader.count(node, key, 0, kMost, "a name, or a number from 0 to 4294967294");
  return number ? std::optional{reader.written(std::to_string(*number), node.source())} : std::nullopt;
}

std::optional<int> octal(std::string_view text) {
  int value = 0;
  const auto end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, value, 8);
  return ec == std::errc{} && rest == end ? std::optional{value} : std::nullopt;
}

}  // namespace

void read_limits(Reader& reader, const toml::node& node, ProcessOptions& into) {
  read_table(reader, node, "limits", kLimitKeys, into.limits);
}

void read_nice(Reader& reader, const toml::node& node, ProcessOptions& into) {
  into.standing.nice = reader.integer(node, "nice", -20, 19);
}

void read_oom_score_adj(Reader& reader, const toml::node& node, ProcessOptions& into) {
  into.standing.oom_score_adj = reader.integer(node, "oom_score_adj", -1000, 1000);
}

void read_user(Reader& reader, const toml::node& node, ProcessOptions& into) {
  into.standing.user = account(reader, node, "user");
}

void read_group(Reader& reader, const toml::node& node, ProcessOptions& into) {
  into.standing.group = account(reader, node, "group");
}

void read_umask(Reader& reader, const toml::node& node, ProcessOptions& into) {
  constexpr std::string_view kRequirement = "octal digits such as \"027\", or a number such as 0o027";
  constexpr int kMost = 0777;
  const auto text = node.value_exact<std::string>();
  const auto number = node.value_exact<std::int64_t>();
  const auto value = text                         ? octal(*text)
                     : number && *number <= kMost ? std::optional{static_cast<int>(*number)}
                                                  : std::nullopt;
  if (value && *value >= 0 && *value <= kMost)
    into.standing.umask = value;
  else
    reader.wrong(node, "umask", kRequirement, value.has_value() || number.has_value(),
                 text && !value ? "these are no octal digits" : "");
}

}  // namespace pm::config
