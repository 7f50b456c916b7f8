#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pm/os/pipe.h"
#include "pm/supervisor/control.h"
#include "pm/term/relay.h"
#include "pm/term/terminal.h"

namespace pm::supervisor {

/// The program behind a terminal, while it lives.
class Program {
 public:
  virtual ~Program() = default;
  /// Types `bytes`, now or, if the program does not read, once it does. False: that is enough for now;
  /// Screen::on_room() tells when there is room again.
  virtual bool type(std::string_view bytes) = 0;
  virtual bool has_room() const = 0;
  virtual void resize(os::TerminalSize size) = 0;
};

/// What can be seen of one instance, over all its lives, and by whom. Without a terminal that is nothing, but
/// whoever looks is told the end all the same.
class Screen {
 public:
  explicit Screen(std::string name) : name_{std::move(name)} {}
  Screen(const Screen&) = delete;
  ~Screen();

  /// From now on there is a terminal; `size`: of one that nobody looks at.
  void give_terminal(os::TerminalSize size);
  /// From now on there is none; who looks on is told so.
  void take_terminal();
  /// The instance is there no more.
  void leave_formation();
  bool has_terminal() const { return terminal_.has_value(); }
  /// That of a terminal that nobody looks at.
  void set_own_size(os::TerminalSize size);
  /// The size in force: of the viewer who came, resized or typed last.
  os::TerminalSize size() const;

  // A life.
  void begin(Program& program);
  void output(std::string_view bytes);
  void on_room();
  void end();
  /// A line of pm's own; left out where it would get in the way of what a program shows.
  void mark(std::string_view text);
  /// The same, once between two lives.
  void hint(std::string_view text);

  std::unique_ptr<Attachment> attach(Viewer& viewer, const AttachOptions& options);
  /// Tells all viewers that this was it.
  void dismiss(std::string_view reason);

 private:
  class Seat;
  friend class Seat;

  void leave(Seat& seat);
  bool type(Seat& seat, std::string_view bytes);
  void resize(Seat& seat, os::TerminalSize size);
  void make_latest(Seat& seat);
  void fit(const Seat* newcomer = nullptr);
  void show(std::string_view bytes);
  void show_anew();

  std::string name_;
  os::TerminalSize own_size_;
  std::optional<term::Terminal> terminal_;
  Program* program_ = nullptr;  // of the life in progress
  bool untouched_ = true;       // by that program
  std::string hint_;

  std::vector<Seat*> seats_;          // the latest last
  std::optional<term::Relay> relay_;  // while somebody looks
  std::string relayed_;
};

}  // namespace pm::supervisor
