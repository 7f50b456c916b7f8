#include "pm/term/relay.h"

#include <utility>

#include "parser.h"

namespace pm::term {

namespace {

constexpr char kEnquiry = 0x05;  // asks for the answerback

bool sets_keys(const Sequence& sequence) {
  if (sequence.intermediates != 0) return false;
  switch (sequence.final) {
    case 'm':
    case 'n':
    case 'f': return sequence.leader == '>';  // XTMODKEYS, and their end; XTFMTKEYS
    case 'u': return sequence.leader == '>' || sequence.leader == '=' || sequence.leader == '<';
    default: return false;
  }
}

bool is_question(const Sequence& sequence, bool csi) {
  const int first = sequence.value(0);
  if (!csi) return sequence.final == 'Z' && sequence.intermediates == 0;  // DECID
  switch (sequence.intermediates) {
    case 0: break;
    case '$':
      return sequence.final == 'p' || sequence.final == 'u' ||
             sequence.final == 'w';                                   // DECRQM, DECRQTSR, DECRQPSR
    case '*': return sequence.final == 'y';                           // DECRQCRA
    case '&': return sequence.final == 'u';                           // DECRQUPSS
    case '"': return sequence.final == 'v';                           // DECRQDE
    case '\'': return sequence.final == '|';                          // DECRQLP
    case '#': return sequence.final == '|' || sequence.final == 'R';  // XTREPORTSGR, XTREPORTCOLORS
    default: return false;
  }
  switch (sequence.final) {
    case 'c':
    case 'n': return sequence.leader != '>' || sequence.final == 'c';  // DA, DSR; CSI > n sets key modifiers
    case 'q': return sequence.leader == '>';                           // XTVERSION
    case 'S':
    case 'g':
    case 'm':
    case 'u': return sequence.leader == '?';  // XTSMGRAPHICS; XTQFMTKEYS; XTQMODKEYS; kitty's keyboard flags
    case 't': return sequence.leader == 0 && first >= 11 && first <= 21;
    case 'x': return sequence.leader == 0;  // DECREQTPARM
    default: return false;
  }
}

bool is_question(char kind, std::string_view text) {
  switch (kind) {
    case ']':  // a colour, the clipboard, …; iTerm2's size of a cell, and variables
      return text.ends_with(";?") || text.find(";?;") != text.npos || text.starts_with("1337;Report");
    case 'P': return text.starts_with("$q") || text.starts_with("+q");        // DECRQSS, XTGETTCAP
    case '_': return text.starts_with('G') && text.find("a=q") != text.npos;  // kitty's graphics
    default: return false;
  }
}

}  // namespace

struct Relay::Watch {
  Parser parser;
  std::string held;      // a character or sequence that has begun
  std::string controls;  // within it, and done at once
  bool dropped = false;  // but for the controls

  void text(std::string_view) {}
  void character(char32_t) {}
  void control(char control) {
    if (control == kEnquiry && held.size() == 1)
      dropped = true;
    else
      controls += control;
  }
  void escape(const Sequence& sequence) { drop_if(is_question(sequence, false)); }
  void csi(const Sequence& sequence) { drop_if(is_question(sequence, true) || sets_keys(sequence)); }
  void string(char kind, std::string_view text) { drop_if(is_question(kind, text)); }
  void drop_if(bool unwanted) { dropped = dropped || unwanted; }

  void step(char byte, std::string& out);
};

Relay::Relay() : watch_{std::make_unique<Watch>()} {}
Relay::Relay(Relay&&) noexcept = default;
Relay& Relay::operator=(Relay&&) noexcept = default;
Relay::~Relay() = default;

void Relay::Watch::step(char byte, std::string& out) {
  if (dropped && byte == kEscape) {  // ends it; what this begins, if only an end of a string, is whole
    held.clear();
    dropped = false;
  }
  if (held.size() < kMostHeld)
    held += byte;
  else
    dropped = true;
  parser.parse({&byte, 1}, *this);
  if (dropped) out += std::exchange(controls, {});
  if (!parser.idle()) return;
  if (!dropped) out += held;
  held.clear();
  controls.clear();
  dropped = false;
}

void Relay::push(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    const auto run = watch_->parser.idle() ? printable_run(bytes) : 0;
    out += bytes.substr(0, run);
    bytes.remove_prefix(run);
    if (bytes.empty()) break;
    watch_->step(bytes.front(), out);
    bytes.remove_prefix(1);
  }
}

}  // namespace pm::term
