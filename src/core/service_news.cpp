#include "pm/core/service_news.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace pm::core {

namespace {

// Microseconds: whoever waits longer than a day is content with a sign of life each half day.
constexpr std::int64_t kLongestWait = 86'400'000'000;

// What the end takes besides the grace of the processes: what escaped is killed, the last output goes out.
constexpr Duration kReserve = std::chrono::seconds{10};

std::string standing(const Supervision& core) {
  std::map<std::string_view, int> counts;
  for (const auto& id : core.instances()) ++counts[state_name(core.find(id)->state)];
  std::vector<std::string> parts;
  for (const auto state : kStateNames)
    if (const auto count = counts[state]; count > 0)
      parts.push_back(fmt::format("{} {}{}", count, state == "backoff" ? "in " : "", state));
  return parts.empty() ? "no processes" : fmt::format("{}", fmt::join(parts, ", "));
}

Duration longest_grace(const Supervision& core) {
  Duration longest{};
  for (const auto& id : core.instances())
    if (!at_rest(core.find(id)->state)) longest = std::max(longest, core.policy(id.type).stop.timeout);
  return longest;
}

std::int64_t in_microseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

std::optional<std::int64_t> positive(std::string_view text) {
  std::int64_t value = 0;
  const auto end = text.data() + text.size();
  const auto [rest, ec] = std::from_chars(text.data(), end, value);
  return ec == std::errc{} && rest == end && value > 0 ? std::optional{value} : std::nullopt;
}

}  // namespace

std::string service_news(const Supervision& core) {
  if (!core.shutting_down()) return fmt::format("READY=1\nSTATUS={}", standing(core));
  return fmt::format("STOPPING=1\nSTATUS=ending the run: {}\nEXTEND_TIMEOUT_USEC={}", standing(core),
                     in_microseconds(longest_grace(core) + kReserve));
}

std::string reloading_news(TimePoint now) {
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}", in_microseconds(now.time_since_epoch()));
}

void ServiceReport::is(std::string news) {
  if (news == latest_) return;
  latest_ = std::move(news);
  if (!reloading_) next_ = latest_;
}

void ServiceReport::reload_begins(TimePoint now) {
  reloading_ = true;
  next_ = reloading_news(now);
}

void ServiceReport::reload_ends() {
  reloading_ = false;
  next_ = latest_;
}

std::optional<Duration> alive_interval(std::string_view usec, std::string_view pid, Pid started) {
  const auto limit = positive(usec);
  if (!limit || (!pid.empty() && positive(pid) != static_cast<int>(started))) return std::nullopt;
  return Duration{std::chrono::microseconds{std::min(*limit, kLongestWait)}} / 2;
}

}  // namespace pm::core
