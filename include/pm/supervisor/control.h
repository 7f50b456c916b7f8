#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pm/config/scale.h"
#include "pm/core/error.h"
#include "pm/core/operation.h"
#include "pm/core/snapshot.h"
#include "pm/core/terminal_size.h"
#include "pm/log/history.h"
#include "pm/os/socket.h"

namespace boost::asio {
class io_context;
}

namespace pm::supervisor {

/// Who wants to know what happens in a supervisor; called from its loop.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_event(const core::Event& event) = 0;
  /// Some history has new lines. Called for every read of a child's output while wants_lines(): be quick.
  virtual void on_lines() = 0;
  virtual bool wants_lines() const = 0;
};

/// Keeps somebody's wait for an operation alive; letting go of it ends the wait, never the operation.
using Ticket = std::shared_ptr<void>;

/// How the lines of one instance are shown.
struct LineStyle {
  std::string sgr;  ///< of the prefix, as log::Prefix takes it
};

/// Somebody who looks at an instance; called from the supervisor's loop. Its attachment may not be let go of
/// from within a call.
class Viewer {
 public:
  virtual ~Viewer() = default;
  /// What the terminal is given to show, in whole characters and sequences and without questions to it.
  /// Called for every read of the program's output: be quick.
  virtual void on_output(std::string_view bytes) = 0;
  /// What has been shown so far does not count any more: Attachment::replay() has what does.
  virtual void on_refresh() = 0;
  /// Of the terminal, whose rows are wrapped anew. A viewer that does the same with its own (term::Terminal)
  /// shows the right thing then; any other needs Attachment::replay().
  virtual void on_size(core::TerminalSize size) = 0;
  /// The program reads again what is typed.
  virtual void on_input_room() = 0;
  /// There is nothing to look at any more: after this call the attachment does nothing. replay() has the last
  /// screen once more.
  virtual void on_end(std::string_view reason) = 0;
};

struct AttachOptions {
  /// Of the viewer's terminal. The one who came, resized or typed last decides for all.
  std::optional<core::TerminalSize> size = {};
  bool watch = false;  ///< neither types nor decides about the size
};

/// A viewer's hold on an instance, over all its lives; letting go of it ends that.
class Attachment {
 public:
  virtual ~Attachment() = default;
  /// Whether there is a terminal. Without one there is nothing but the history: a viewer is told only the
  /// end.
  virtual bool terminal() const = 0;
  virtual core::TerminalSize size() const = 0;
  /// Bytes that make a terminal of that size look and behave like the instance's (term::Terminal::replay).
  virtual std::string replay(int scrollback) const = 0;
  /// What tells how far a viewer has come (term::Terminal::scrolled), and what brings it from there to now
  /// (term::Terminal::catch_up).
  virtual std::uint64_t scrolled() const = 0;
  virtual std::string catch_up(std::uint64_t scrolled) const = 0;
  /// Types `bytes`, all of them; nobody gets them while no program runs. False: the program does not read,
  /// and there should come no more before Viewer::on_input_room().
  virtual bool write(std::string_view bytes) = 0;
  virtual void resize(core::TerminalSize size) = 0;
};

/// What may be asked of a running supervisor; it is asked from within its loop, and answers from its state at
/// once. Operations report through `done` when all is settled: later, never from within the call. Selectors
/// as of core::select; no selector at all means none, `all` is a selector. Errors of all that take selectors:
/// not_found if one matches nothing. Errors of all that change something: conflict once the run is ending
/// (stop and kill then still work).
class Control {
 public:
  using Selectors = std::vector<std::string>;
  using Done = std::function<void(std::vector<core::Settled>)>;

  virtual ~Control() = default;

  virtual core::StatusSnapshot status() = 0;
  virtual core::Result<std::vector<core::ProcessSnapshot>> processes(const Selectors& selectors) = 0;
  virtual core::Result<std::vector<core::Explanation>> explain(const Selectors& selectors) = 0;

  /// restart reads the files anew for the types that are meant; a fault there changes nothing.
  virtual core::Checked<Ticket> operate(core::Verb verb, const Selectors& selectors, Done done) = 0;
  /// All of `changes` or nothing. The formation is the new one at once; `done` reports on every instance that
  /// comes or goes.
  virtual core::Checked<Ticket> scale(std::span<const config::Change> changes, Done done) = 0;
  /// What a reload found; `done` reports on the instances that came, went or were restarted.
  struct Reloaded {
    core::ReloadEvent types;
    Ticket ticket;
  };
  virtual core::Checked<Reloaded> reload(Done done) = 0;
  /// Sends a signal to the process group of each; those without a process are failed.
  virtual core::Result<std::vector<core::Settled>> signal(const Selectors& selectors, int signal) = 0;
  /// Ends the run; safe to call twice.
  virtual void shut_down() = 0;

  virtual std::map<std::string, int> formation() const = 0;

  // Lines.
  /// Every instance that has a history, in the order of the Procfile; also such as a shrink has taken lately.
  virtual std::vector<core::InstanceId> logged() const = 0;
  /// nullptr if there is none (any more). Valid until the loop goes on.
  virtual const log::History* history(const core::InstanceId& id) const = 0;
  virtual LineStyle line_style(const core::InstanceId& id) const = 0;
  /// The width that names are padded to.
  virtual std::size_t name_width() const = 0;
  /// Bytes of children's output so far.
  virtual std::uint64_t log_bytes() const = 0;

  struct Attached {
    core::InstanceId id;
    std::unique_ptr<Attachment> attachment;
  };
  /// `name`: of an instance, or of a type that has exactly one. `viewer` must outlive the attachment. Errors:
  /// not_found; bad_input if several are meant.
  virtual core::Result<Attached> attach(const std::string& name, Viewer& viewer,
                                        const AttachOptions& options) = 0;

  /// nullptr: nobody. There is at most one.
  virtual void observe(Observer* observer) = 0;

  /// A service listens at this socket, for the first time or again.
  virtual void listens(const os::UnixListener& listener) = 0;
};

/// What lives beside the supervisor on its loop, until the run is over: the control socket.
class Service {
 public:
  virtual ~Service() = default;
  /// The run is over: lets answers on their way out go and calls `done`, soon.
  virtual void close(std::function<void()> done) = 0;
};

/// Opens a service, before anything is started; nullptr: that could not be, and need not. Errors: what keeps
/// the run from beginning.
using OpenService = std::function<core::Result<std::unique_ptr<Service>>(boost::asio::io_context&, Control&)>;

}  // namespace pm::supervisor
