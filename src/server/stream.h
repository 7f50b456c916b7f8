#pragma once

#include <cstddef>
#include <string_view>

#include "pm/api/request.h"
#include "pm/log/buffer.h"

namespace pm::server {

/// An answer that comes bit by bit.
class Stream {
 public:
  /// What is given in one turn, so that nobody holds up others; a socket takes about as much at once.
  static constexpr std::size_t kChunk = 64 << 10;

  enum class News { lines, events };  ///< what it waits for
  enum class Next {
    now,    ///< there is more already
    later,  ///< once there is news
    never,  ///< it is over
  };

  virtual ~Stream() = default;
  virtual News waits_for() const = 0;
  virtual std::string_view type() const = 0;
  /// Appends what has come, about kChunk bytes at most.
  virtual Next fill(log::Buffer& out) = 0;
  /// From now on it is over once everything has been given.
  virtual void end() = 0;
};

/// The media type of a form.
std::string_view type_of(api::StreamForm form);

}  // namespace pm::server
