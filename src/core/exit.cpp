#include "pm/core/exit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <utility>

#include "pm/core/bytes.h"

namespace pm::core {

namespace {

constexpr std::pair<int, std::string_view> kSignals[] = {
    {SIGHUP, "HUP"},       {SIGINT, "INT"},   {SIGQUIT, "QUIT"},   {SIGILL, "ILL"},   {SIGTRAP, "TRAP"},
    {SIGABRT, "ABRT"},     {SIGBUS, "BUS"},   {SIGFPE, "FPE"},     {SIGKILL, "KILL"}, {SIGUSR1, "USR1"},
    {SIGSEGV, "SEGV"},     {SIGUSR2, "USR2"}, {SIGPIPE, "PIPE"},   {SIGALRM, "ALRM"}, {SIGTERM, "TERM"},
    {SIGCHLD, "CHLD"},     {SIGCONT, "CONT"}, {SIGSTOP, "STOP"},   {SIGTSTP, "TSTP"}, {SIGTTIN, "TTIN"},
    {SIGTTOU, "TTOU"},     {SIGURG, "URG"},   {SIGXCPU, "XCPU"},   {SIGXFSZ, "XFSZ"}, {SIGVTALRM, "VTALRM"},
    {SIGPROF, "PROF"},     {SIGSYS, "SYS"},   {SIGWINCH, "WINCH"}, {SIGIO, "IO"},     {SIGPWR, "PWR"},
    {SIGSTKFLT, "STKFLT"},
};
constexpr std::pair<int, std::string_view> kOtherNames[] = {
    {SIGIO, "POLL"}, {SIGABRT, "IOT"}, {SIGCHLD, "CLD"}};
constexpr int kRealTimeFirst = 34,
              kRealTimeLast = 64;  // as glibc numbers them; 32 and 33 are its own (signal(7))

}  // namespace

Exit Exit::out_of_memory(std::uint64_t limit) {
  auto exit = Exit::signal(SIGKILL);
  exit.out_of_memory_ = true;
  exit.memory_limit_ = limit;
  return exit;
}

bool Exit::clean(std::span<const int> success_codes) const {
  return !signalled_ && std::find(success_codes.begin(), success_codes.end(), value_) != success_codes.end();
}

std::string describe(const Exit& exit) {
  if (exit.ran_out_of_memory())
    return fmt::format(
        "killed by SIGKILL, out of memory{}",
        exit.memory_limit() == 0 ? "" : fmt::format(" (limit {})", exact_bytes(exit.memory_limit())));
  if (const auto signal = exit.signal()) return fmt::format("killed by {}", signal_name(*signal));
  return fmt::format("exited with code {}", *exit.code());
}

std::string signal_name(int signal) {
  for (const auto& [number, name] : kSignals)
    if (number == signal) return fmt::format("SIG{}", name);
  if (signal == kRealTimeFirst) return "SIGRTMIN";
  if (signal > kRealTimeFirst && signal <= kRealTimeLast)
    return fmt::format("SIGRTMIN+{}", signal - kRealTimeFirst);
  return fmt::format("signal {}", signal);
}

std::optional<int> parse_signal(std::string_view text) {
  int value = 0;
  const auto end = text.data() + text.size();
  if (const auto parsed = std::from_chars(text.data(), end, value);
      parsed.ec == std::errc{} && parsed.ptr == end)
    return value >= 1 && value <= kRealTimeLast ? std::optional{value} : std::nullopt;

  std::string name{text};
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
  std::string_view bare = name;
  if (bare.starts_with("SIG")) bare.remove_prefix(3);
  for (const auto& [number, known] : kSignals)
    if (known == bare) return number;
  for (const auto& [number, known] : kOtherNames)
    if (known == bare) return number;
  for (int number = kRealTimeFirst; number <= kRealTimeLast; ++number)
    if (signal_name(number).substr(3) == bare) return number;
  return std::nullopt;
}

}  // namespace pm::core
