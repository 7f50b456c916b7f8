#include "glance.h"

namespace pm::cli {

namespace {

constexpr auto kBeginning =
    "pm runs what a Procfile names, together, and keeps it running. Nothing runs here.\n"
    "\n"
    "  pm start          run what ./Procfile names, until Ctrl-C\n"
    "  pm start --panes  the same, with each process in a terminal of its own\n"
    "  pm start -D       the same in the background; 'pm' alone then shows how it goes\n"
    "  pm check          show what would run, or what is wrong\n"
    "\n"
    "'pm --help' lists all commands, pm(1) tells everything.\n";

}  // namespace

Outcome glance(const Context& context) {
  auto state = ps_command().carry_out(context);
  if (state.status != core::exit_status(core::Error::Kind::no_supervisor)) return state;
  return print(kBeginning);
}

}  // namespace pm::cli
