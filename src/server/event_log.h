#pragma once

#include <cstdint>
#include <memory>

#include "pm/api/http.h"
#include "pm/api/request.h"
#include "pm/core/snapshot.h"
#include "pm/log/history.h"
#include "stream.h"
#include "stream_id.h"

namespace pm::server {

/// The last events, as lines of JSON; the number of a line is the event's.
class EventLog {
 public:
  void append(const core::Event& event);
  const log::History& lines() const { return lines_; }
  std::uint64_t count() const { return lines_.end() - 1; }

 private:
  // Some five hundred events: enough for one who reads after a fault what led to it.
  static constexpr std::size_t kBytes = 128 << 10;
  log::History lines_{kBytes};
};

/// Events from the log, at the reader's pace.
class EventStream : public Stream {
 public:
  /// Faults: bad_request for an `after` that is no id.
  static boost::system::result<std::unique_ptr<Stream>, api::HttpFault> open(const EventLog& log,
                                                                             const api::FollowEvents& request,
                                                                             Epoch epoch);

  News waits_for() const override { return News::events; }
  std::string_view type() const override { return type_of(form_); }
  Next fill(log::Buffer& out) override;
  void end() override { follow_ = false; }

 private:
  EventStream(const EventLog& log, const api::FollowEvents& request, Epoch epoch);
  bool resume(std::string_view id);
  void append_gap(log::Buffer& out, std::int64_t time_us, std::int64_t missed) const;

  const EventLog& log_;
  api::StreamForm form_;
  bool follow_;
  Epoch epoch_;
  log::LineNumber cursor_;
  bool lost_ = false;  // events between, nobody knows how many
};

}  // namespace pm::server
