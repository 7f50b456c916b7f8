#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pm::term {

/// What a program writes, for a terminal that looks on: the same bytes, in whole characters and sequences,
/// without the questions that only one terminal may answer (DA, DSR, DECRQM, DECRQSS, XTVERSION, OSC 10 with
/// "?", …). Pure.
class Relay {
 public:
  Relay();
  Relay(Relay&&) noexcept;
  Relay& operator=(Relay&&) noexcept;
  ~Relay();

  /// A sequence longer than this is handed on as it comes.
  static constexpr std::size_t kMostHeld = 64 << 10;

  /// Appends to `out` what is whole of `bytes` and of what was held back before.
  void push(std::string_view bytes, std::string& out);

 private:
  struct Watch;
  std::unique_ptr<Watch> watch_;
};

}  // namespace pm::term
