#include "event_log.h"

#include <fmt/format.h>

#include <utility>

#include "clock.h"
#include "pm/api/reply.h"

namespace pm::server {

void EventLog::append(const core::Event& event) {
  lines_.append(lines_.end(), event.time, log::Stream::pm, api::to_json_line(event), 1);
}

boost::system::result<std::unique_ptr<Stream>, api::HttpFault> EventStream::open(
    const EventLog& log, const api::FollowEvents& request, Epoch epoch) {
  std::unique_ptr<EventStream> stream{new EventStream{log, request, epoch}};
  if (!request.after.empty() && !stream->resume(request.after))
    return api::HttpFault{.status = 400,
                          .code = "bad_request",
                          .message = "the id to go on after is none of this stream",
                          .hint = "leave Last-Event-ID out, or take the id of the last event that came"};
  return std::unique_ptr<Stream>{std::move(stream)};
}

EventStream::EventStream(const EventLog& log, const api::FollowEvents& request, Epoch epoch)
    : log_{log},
      form_{request.form},
      follow_{request.follow},
      epoch_{epoch},
      cursor_{log.lines().tail(request.tail)} {}

bool EventStream::resume(std::string_view text) {
  const auto id = parse_stream_id(text, 1);
  if (!id) return false;
  lost_ = id->epoch != epoch_;
  cursor_ = lost_ ? log_.lines().after(0, 0).cursor : id->place[0] + 1;
  return true;
}

Stream::Next EventStream::fill(log::Buffer& out) {
  if (std::exchange(lost_, false)) append_gap(out, wall_clock(), -1);
  while (out.size() < kChunk) {
    const auto [missed, event] = log_.lines().read(cursor_);
    if (missed > 0) append_gap(out, event ? event->time_us : wall_clock(), static_cast<std::int64_t>(missed));
    if (!event) return follow_ ? Next::later : Next::never;
    if (form_ == api::StreamForm::sse)
      out.append(fmt::format("id: {}\ndata: {}\n", stream_id(epoch_, event->first), event->lines));
    else
      out.append(event->lines);
  }
  return Next::now;
}

void EventStream::append_gap(log::Buffer& out, std::int64_t time_us, std::int64_t missed) const {
  const auto line = api::gap_json_line(time_us, {}, missed);
  out.append(form_ == api::StreamForm::sse ? fmt::format("event: gap\ndata: {}\n", line) : line);
}

}  // namespace pm::server
