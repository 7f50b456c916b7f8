#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pm::core {

/// How a process ended: with an exit code, or by a signal.
class Exit {
 public:
  static Exit code(int value) { return Exit{value, false}; }
  static Exit signal(int number) { return Exit{number, true}; }
  /// By SIGKILL, for want of memory: of the whole machine, or, if it is not 0, of what `limit` (bytes)
  /// allows.
  static Exit out_of_memory(std::uint64_t limit = 0);

  std::optional<int> code() const { return signalled_ ? std::nullopt : std::optional{value_}; }
  std::optional<int> signal() const { return signalled_ ? std::optional{value_} : std::nullopt; }

  bool ran_out_of_memory() const { return out_of_memory_; }
  /// The limit that ran_out_of_memory() is about, in bytes; 0: none.
  std::uint64_t memory_limit() const { return memory_limit_; }

  /// Whether this end is no failure: an exit code among `success_codes`.
  bool clean(std::span<const int> success_codes) const;

  /// What a shell would report: the code, or 128 + the signal.
  int status() const { return signalled_ ? 128 + value_ : value_; }

  friend bool operator==(const Exit&, const Exit&) = default;

 private:
  Exit(int value, bool signalled) : value_{value}, signalled_{signalled} {}
  int value_;
  bool signalled_;
  bool out_of_memory_ = false;
  std::uint64_t memory_limit_ = 0;
};

/// "exited with code 1", "killed by SIGSEGV", "killed by SIGKILL, out of memory (limit 64 MB)"
std::string describe(const Exit& exit);

/// "SIGTERM" for 15, "SIGRTMIN+3", "signal 99" for what has no name. See signal(7).
std::string signal_name(int signal);

/// "SIGTERM", "TERM", "term", "15" → 15; nullopt for what is no signal.
std::optional<int> parse_signal(std::string_view text);

}  // namespace pm::core
