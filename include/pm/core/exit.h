#pragma once

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

  std::optional<int> code() const { return signalled_ ? std::nullopt : std::optional{value_}; }
  std::optional<int> signal() const { return signalled_ ? std::optional{value_} : std::nullopt; }

  /// Whether this end is no failure: an exit code among `success_codes`.
  bool clean(std::span<const int> success_codes) const;

  /// What a shell would report: the code, or 128 + the signal.
  int status() const { return signalled_ ? 128 + value_ : value_; }

  friend bool operator==(const Exit&, const Exit&) = default;

 private:
  Exit(int value, bool signalled) : value_{value}, signalled_{signalled} {}
  int value_;
  bool signalled_;
};

/// "exited with code 1", "killed by SIGSEGV"
std::string describe(const Exit& exit);

/// "SIGTERM" for 15, "SIGRTMIN+3", "signal 99" for what has no name. See signal(7).
std::string signal_name(int signal);

/// "SIGTERM", "TERM", "term", "15" → 15; nullopt for what is no signal.
std::optional<int> parse_signal(std::string_view text);

}  // namespace pm::core
