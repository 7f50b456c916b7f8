#include "screen.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pm/core/text.h"

namespace pm::supervisor {

using os::TerminalSize;

namespace {

term::Size to_term(TerminalSize size) { return {size.columns, size.rows}; }

}  // namespace

/// One viewer's place. It is the viewer's; the screen knows of it for as long as both are there.
class Screen::Seat : public Attachment {
 public:
  Seat(Screen& screen, Viewer& viewer, const AttachOptions& options)
      : screen_{&screen},
        viewer_{viewer},
        size_{options.watch ? std::nullopt : options.size},
        watches_{options.watch} {}
  ~Seat() override {
    if (screen_) screen_->leave(*this);
  }

  bool terminal() const override { return screen_ && screen_->has_terminal(); }
  TerminalSize size() const override { return screen_ ? screen_->size() : TerminalSize{}; }
  std::string replay(int scrollback) const override {
    return terminal() ? screen_->terminal_->replay(scrollback) : std::string{};
  }
  std::uint64_t scrolled() const override { return terminal() ? screen_->terminal_->scrolled() : 0; }
  std::string catch_up(std::uint64_t scrolled) const override {
    return terminal() ? screen_->terminal_->catch_up(scrolled) : std::string{};
  }
  bool write(std::string_view bytes) override { return !screen_ || watches_ || screen_->type(*this, bytes); }
  void resize(TerminalSize size) override {
    if (screen_ && !watches_) screen_->resize(*this, size);
  }

  Viewer& viewer() const { return viewer_; }
  const std::optional<TerminalSize>& wanted_size() const { return size_; }
  void want(TerminalSize size) { size_ = size; }
  void forget_screen() { screen_ = nullptr; }

 private:
  Screen* screen_;
  Viewer& viewer_;
  std::optional<TerminalSize> size_;
  bool watches_;
};

Screen::~Screen() { dismiss(fmt::format("{} is gone", name_)); }

// ---- The terminal

void Screen::give_terminal(TerminalSize size) {
  own_size_ = size;
  if (terminal_) return fit();
  terminal_.emplace(to_term(this->size()));
}

void Screen::take_terminal() {
  if (!terminal_) return;
  dismiss(fmt::format("{} has no terminal any more", name_));
  terminal_.reset();
}

void Screen::leave_formation() {
  dismiss(fmt::format("{} has left the formation", name_));
  terminal_.reset();
}

void Screen::set_own_size(TerminalSize size) {
  own_size_ = size;
  fit();
}

TerminalSize Screen::size() const {
  const auto decides = std::find_if(seats_.rbegin(), seats_.rend(),
                                    [](const Seat* seat) { return seat->wanted_size().has_value(); });
  return decides == seats_.rend() ? own_size_ : *(*decides)->wanted_size();
}

void Screen::fit(const Seat* newcomer) {
  const auto size = this->size();
  if (!terminal_ || terminal_->size() == to_term(size)) return;
  terminal_->resize(to_term(size));
  if (program_) program_->resize(size);
  for (auto* seat : seats_)
    if (seat != newcomer) seat->viewer().on_size(size);
}

// ---- A life

void Screen::begin(Program& program) {
  program_ = &program;
  untouched_ = true;
  hint_.clear();
}

void Screen::output(std::string_view bytes) {
  if (!terminal_) return;
  untouched_ = false;
  terminal_->write(bytes);
  // A program that asks without reading the answers gets no more of them.
  if (const auto replies = terminal_->take_replies(); !replies.empty() && program_ && program_->has_room())
    program_->type(replies);
  if (!relay_) return;
  relayed_.clear();
  relay_->push(bytes, relayed_);
  if (!relayed_.empty()) show(relayed_);
}

void Screen::on_room() {
  for (auto* seat : seats_) seat->viewer().on_input_room();
}

void Screen::end() {
  program_ = nullptr;
  untouched_ = true;
  if (terminal_) {
    terminal_->begin_anew();
    if (relay_) relay_.emplace();
    show_anew();
  }
  on_room();  // what is typed now goes nowhere
}

void Screen::mark(std::string_view text) {
  if (!terminal_ || !untouched_) return;
  const auto* new_line = terminal_->cursor().at.column > 0 ? "\r\n" : "";
  const auto line = fmt::format("{}\x1b[2m── {} ──\x1b[m\r\n", new_line, core::printable(text));
  terminal_->write(line);
  show(line);
}

void Screen::hint(std::string_view text) {
  if (program_ || std::exchange(hint_, std::string{text}) == text) return;
  mark(text);
}

// ---- Viewers

std::unique_ptr<Attachment> Screen::attach(Viewer& viewer, const AttachOptions& options) {
  auto seat = std::make_unique<Seat>(*this, viewer, options);
  seats_.push_back(seat.get());
  fit(seat.get());
  if (terminal_ && !relay_) {
    relay_.emplace();
    relayed_.clear();
    relay_->push(terminal_->unfinished(), relayed_);
  }
  return seat;
}

void Screen::leave(Seat& seat) {
  std::erase(seats_, &seat);
  if (seats_.empty()) relay_.reset();
  fit();
}

void Screen::dismiss(std::string_view reason) {
  for (auto* seat : std::exchange(seats_, {})) {
    seat->viewer().on_end(reason);
    seat->forget_screen();
  }
  relay_.reset();
  fit();
}

bool Screen::type(Seat& seat, std::string_view bytes) {
  make_latest(seat);
  return !program_ || program_->type(bytes);
}

void Screen::resize(Seat& seat, TerminalSize size) {
  seat.want(size);
  make_latest(seat);
}

void Screen::make_latest(Seat& seat) {
  if (seats_.back() != &seat) {
    std::erase(seats_, &seat);
    seats_.push_back(&seat);
  }
  fit();
}

void Screen::show(std::string_view bytes) {
  for (auto* seat : seats_) seat->viewer().on_output(bytes);
}

void Screen::show_anew() {
  for (auto* seat : seats_) seat->viewer().on_refresh();
}

}  // namespace pm::supervisor
