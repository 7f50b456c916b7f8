#include "pm/core/limits.h"

#include <fmt/format.h>

#include "pm/core/bytes.h"

namespace pm::core {

namespace {

constexpr auto kEach = "each process";

std::string bytes_text(std::uint64_t bytes) { return bytes == kUnlimited ? "unlimited" : exact_bytes(bytes); }

std::string count_text(std::uint64_t count) {
  return count == kUnlimited ? "unlimited" : fmt::to_string(count);
}

KeptLimit keep_nproc(std::uint64_t processes, bool by_cgroup, bool as_root) {
  const auto value = count_text(processes);
  if (by_cgroup) return {"nproc", value, "cgroup", ""};
  if (!as_root) return {"nproc", value, "RLIMIT_NPROC", "all processes of the user"};
  return {"nproc", value, "",
          "no cgroup with a pids controller can be had, and RLIMIT_NPROC does not bind root"};
}

KeptLimit keep_memory(std::uint64_t bytes, bool by_cgroup) {
  if (by_cgroup) return {"memory", bytes_text(bytes), "cgroup", ""};
  return {"memory", bytes_text(bytes), "RLIMIT_AS", kEach};
}

KeptLimit keep_cpu(const CpuLimit& cpu, bool by_cgroup) {
  if (const auto* time = std::get_if<std::chrono::seconds>(&cpu))
    return {"cpu", fmt::format("{}s", time->count()), "RLIMIT_CPU", kEach};
  const auto value = fmt::format("{:g}", std::get<double>(cpu));
  if (by_cgroup) return {"cpu", value, "cgroup", ""};
  return {"cpu", value, "", "no cgroup with a cpu controller can be had"};
}

}  // namespace

Limits merged(Limits base, const Limits& over) {
  const auto take = [](auto& value, const auto& better) {
    if (better) value = better;
  };
  take(base.nofile, over.nofile);
  take(base.nproc, over.nproc);
  take(base.core, over.core);
  take(base.memory, over.memory);
  take(base.cpu, over.cpu);
  return base;
}

Controllers wanted_controllers(const Limits& limits) {
  return {.memory = limits.memory.has_value(),
          .pids = limits.nproc.has_value(),
          .cpu = limits.cpu && std::holds_alternative<double>(*limits.cpu)};
}

std::vector<KeptLimit> keep(const Limits& limits, const Controllers& by_cgroup, bool as_root) {
  std::vector<KeptLimit> kept;
  if (limits.nofile) kept.push_back({"nofile", count_text(*limits.nofile), "RLIMIT_NOFILE", kEach});
  if (limits.nproc) kept.push_back(keep_nproc(*limits.nproc, by_cgroup.pids, as_root));
  if (limits.core) kept.push_back({"core", bytes_text(*limits.core), "RLIMIT_CORE", kEach});
  if (limits.memory) kept.push_back(keep_memory(*limits.memory, by_cgroup.memory));
  if (limits.cpu) kept.push_back(keep_cpu(*limits.cpu, by_cgroup.cpu));
  return kept;
}

std::string describe(const KeptLimit& limit) {
  if (limit.by.empty()) return fmt::format("{} {} (not in force: {})", limit.name, limit.value, limit.note);
  return fmt::format("{} {} ({}{}{})", limit.name, limit.value, limit.by, limit.note.empty() ? "" : ", ",
                     limit.note);
}

}  // namespace pm::core
