#pragma once

#include <cstddef>
#include <functional>

#include "pm/core/time.h"

namespace pm::server {

using namespace std::chrono_literals;

/// Whether whoever is at the other end of a socket may command this process.
bool peer_may_command(int socket);

/// What clients are given, and for how long; tests have less patience.
struct Rules {
  /// At once. A person has a handful, a monitor a few; what goes beyond is a fault or an attack, and a select
  /// or a table with so many still costs nothing.
  std::size_t clients = 256;
  /// Of these, followers of streams: they stay for as long as they like, and the others are for who wants to
  /// command.
  std::size_t streams = 128;
  /// For a whole request, from its first byte: ours come in one piece, and a person who types one into a
  /// terminal pastes it.
  core::Duration request_patience = 10s;
  /// Between requests, as the common HTTP servers have it; also for one who does not take an answer.
  core::Duration idle_patience = 60s;
  /// After a fault, for what is still on its way: a client that is cut off while it writes does not read why.
  core::Duration linger = 1s;
  /// At the end of the run, for the answers on their way.
  core::Duration goodbye = 200ms;
  /// After descriptors have run out and nobody could be sent away: long enough not to spin, short enough not
  /// to be noticed.
  core::Duration accept_pause = 100ms;
  /// From the loss of the socket's file until it is made again: whoever deletes the whole directory should be
  /// through by then.
  core::Duration relisten_after = 200ms;
  /// Until that is tried again, where something else stands in its place.
  core::Duration relisten_pace = 2s;
  std::function<bool(int socket)> admits = peer_may_command;
};

}  // namespace pm::server
