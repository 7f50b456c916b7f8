#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pm::term {

/// What a program writes, for a terminal that looks on: the same bytes, in whole characters and sequences,
/// but not
/// - the questions that only one terminal may answer (DA, DSR, DECRQM, DECRQSS, XTVERSION, OSC 10 with "?",
/// …),
/// - what a terminal's keys send (modifyOtherKeys, XTFMTKEYS, kitty's keyboard flags): no replay could set it
///   for who comes later, and it would outlive the program,
/// - a string or another sequence longer than kMostHeld, all of it: who comes in its middle would see the
/// rest
///   as text. Controls within a sequence remain.
/// Pure.
class Relay {
 public:
  Relay();
  Relay(Relay&&) noexcept;
  Relay& operator=(Relay&&) noexcept;
  ~Relay();

  /// In bytes; a Terminal takes strings of this length, too.
  static constexpr std::size_t kMostHeld = 128 << 10;

  /// Appends to `out` what is whole of `bytes` and of what was held back before.
  void push(std::string_view bytes, std::string& out);

 private:
  struct Watch;
  std::unique_ptr<Watch> watch_;
};

}  // namespace pm::term
