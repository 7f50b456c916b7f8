#include <fmt/format.h>

#include "cursor_style.h"
#include "emulator.h"
#include "sgr.h"

namespace pm::term {

namespace {

constexpr std::size_t kMostReplies = 16 << 10;

}  // namespace

// What is not read in time is lost, as the program's input would be.
void Emulator::reply(std::string_view bytes) {
  if (replies_.size() + bytes.size() <= kMostReplies) replies_ += bytes;
}

// DA1: a VT220 with colours. DA2: programs take the first number for the kind of terminal and the second for
// its version; 41 is xterm, which has had what is asked for by version since the one given. DECREQTPARM as
// xterm answers it.
void Emulator::report_device(const Sequence& sequence) {
  const int value = sequence.value(0);
  if (sequence.final == 'x' && value <= 1) return reply(fmt::format("\x1b[{};1;1;128;128;1;0x", value + 2));
  if (value != 0) return;
  if (sequence.final == 'q') return reply("\x1bP>|pm\x1b\\");
  reply(sequence.leader == '>' ? "\x1b[>41;330;0c" : "\x1b[?62;22c");
}

void Emulator::report_status(const Sequence& sequence) {
  const bool is_private = sequence.leader == '?';
  switch (sequence.value(0)) {
    case 5:
      if (!is_private) reply("\x1b[0n");
      break;
    case 6:
      reply(fmt::format("\x1b[{}{};{}R", is_private ? "?" : "", at_.row + 1 - (switches_.origin ? top_ : 0),
                        at_.column + 1));
      break;
    case 15:
      if (is_private) reply("\x1b[?13n");  // no printer
      break;
    case 25:
      if (is_private) reply("\x1b[?21n");  // user-defined keys are locked
      break;
    case 26:
      if (is_private) reply("\x1b[?27;1;0;0n");  // a North American keyboard
      break;
    default: break;
  }
}

// DECRQSS; 1 is for what is known.
void Emulator::report_setting(std::string_view setting) {
  if (setting == "m") {
    std::string sgr;
    append_sgr(sgr, {}, pen_);
    const auto codes = sgr.empty() ? std::string{"0m"} : "0;" + sgr.substr(2);
    reply(fmt::format("\x1bP1$r{}\x1b\\", codes));
  } else if (setting == "r") {
    reply(fmt::format("\x1bP1$r{};{}r\x1b\\", top_ + 1, bottom_));
  } else if (setting == " q") {
    reply(fmt::format("\x1bP1$r{} q\x1b\\", cursor_style(switches_.cursor_shape, switches_.cursor_blinking)));
  } else if (setting == "\"q") {
    reply(fmt::format("\x1bP1$r{}\"q\x1b\\", guarding_ ? 1 : 0));
  } else if (setting == "\"p") {
    reply("\x1bP1$r62;1\"p\x1b\\");
  } else {
    reply("\x1bP0$r\x1b\\");
  }
}

}  // namespace pm::term
