#include "pm/panes/panes.h"

#include "pm/os/pipe.h"
#include "pm/os/raw_terminal.h"
#include "pm/os/readiness.h"
#include "pm/term/renderer.h"
#include "session.h"

namespace pm::panes {

namespace asio = boost::asio;

core::Result<void> check_terminal() {
  if (os::is_terminal(kStdin) && os::is_terminal(kStdout)) return {};
  return core::bad_input("the panes need a terminal as stdin and stdout", "'pm ps' and 'pm logs' do without");
}

core::Result<Outcome> run(const Options& options) {
  if (auto usable = check_terminal(); !usable) return usable.error();
  auto input = os::readiness_of(kStdin);
  if (!input) return input.error();
  asio::io_context loop{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};  // one thread: no locks
  Session session{loop, options, std::move(*input)};
  if (auto connected = session.connect(); !connected) return connected.error();
  auto taken = os::RawTerminal::enter(kStdout, std::string{term::Renderer::leave()});
  if (!taken) return taken.error();
  session.start(*taken);
  loop.run();
  session.finish();
  return session.outcome();
}

}  // namespace pm::panes
