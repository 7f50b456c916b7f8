#include "pm/os/streams.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "pm/os/spawn.h"
#include "pm/os/syscall.h"

namespace pm::os {

using core::SpawnFailure;

namespace {

// Reading the process tree, reopening log files, one socket client: each takes a few descriptors, and none of
// it may fail because the children have taken them all.
constexpr rlim_t kReserved = 24;

SpawnFailure failure(int code) {
  return {.transient = is_shortage(code), .status = 126, .reason = describe_shortage(code)};
}

// New descriptors get the lowest free number, so a high number says that nearly all are taken.
bool eats_reserve(int fd) {
  rlimit limit{};
  return ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && static_cast<rlim_t>(fd) + kReserved >= limit.rlim_cur;
}

bool open_pty_streams(Streams& streams, TerminalSize size) {
  auto pty = open_pty(size);
  if (!pty) return false;
  streams.ours.in = UniqueFd{::fcntl(pty->slave.get(), F_DUPFD_CLOEXEC, 3)};
  if (!streams.ours.in) return false;
  streams.child.in = std::move(pty->slave);
  streams.ours.out = std::move(pty->master);
  return true;
}

bool open_output(UniqueFd& child, UniqueFd& ours) {
  auto pipe = make_pipe();
  if (!pipe) return false;
  set_nonblocking(pipe->read.get());
  child = std::move(pipe->write);
  ours = std::move(pipe->read);
  return true;
}

bool open_pipes(Streams& streams, StreamKind kind) {
  auto in = make_pipe();
  if (!in) return false;
  streams.child.in = std::move(in->read);
  streams.ours.in = std::move(in->write);
  if (!open_output(streams.child.out, streams.ours.out)) return false;
  return kind == StreamKind::joined || open_output(streams.child.err, streams.ours.err);
}

}  // namespace

std::variant<Streams, SpawnFailure> open_streams(StreamKind kind, TerminalSize size) {
  Streams streams;
  const bool opened = kind == StreamKind::pty ? open_pty_streams(streams, size) : open_pipes(streams, kind);
  if (!opened) return failure(errno);
  const int highest = std::max({streams.child.in.get(), streams.child.out.get(), streams.child.err.get()});
  if (eats_reserve(highest)) return failure(EMFILE);
  return streams;
}

void give_to(std::uint32_t user, const Streams::Ends& ends) {
  constexpr auto kSameGroup =
      static_cast<gid_t>(-1);  // of a terminal it is tty, so that others may write to it
  for (const auto* end : {&ends.in, &ends.out, &ends.err})
    if (*end) [[maybe_unused]]
      const int given = ::fchown(end->get(), user, kSameGroup);
}

}  // namespace pm::os
