#include "log_stream.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "clock.h"
#include "pm/api/reply.h"
#include "pm/core/selector.h"

namespace pm::server {

using log::History;
using log::LineNumber;
using log::Order;

boost::system::result<std::unique_ptr<Stream>, api::HttpFault> LogStream::open(supervisor::Control& control,
                                                                               Catalogue& catalogue,
                                                                               const api::FollowLogs& request,
                                                                               Epoch epoch,
                                                                               std::int64_t now_us) {
  catalogue.refresh();
  const bool nobody_yet = catalogue.ids().empty() && request.selectors == std::vector<std::string>{"all"};
  const auto meant = nobody_yet ? catalogue.ids() : core::select(request.selectors, catalogue.ids());
  if (!meant) return api::to_fault({meant.error()});
  std::unique_ptr<LogStream> stream{new LogStream{control, catalogue, request, epoch}};
  for (const auto& id : *meant) stream->add(id);
  if (request.after.empty()) {
    stream->begin_at(request, now_us);
  } else if (!stream->resume(request.after)) {
    return api::HttpFault{.status = 400,
                          .code = "bad_request",
                          .message = "the id to go on after is none of this stream",
                          .hint = "leave Last-Event-ID out, or take the id of the last event that came"};
  }
  return std::unique_ptr<Stream>{std::move(stream)};
}

LogStream::LogStream(supervisor::Control& control, Catalogue& catalogue, const api::FollowLogs& request,
                     Epoch epoch)
    : control_{control},
      catalogue_{catalogue},
      selectors_{request.selectors},
      taste_{.form = request.form,
             .color = request.color,
             .prefix = request.prefix,
             .terminal = request.terminal,
             .epoch = epoch},
      follow_{request.follow},
      version_{catalogue.version()} {}

void LogStream::add(const core::InstanceId& id) {
  Source source{
      .id = id,
      .form = LineForm{taste_, core::to_string(id), control_.line_style(id), catalogue_.name_width()}};
  if (const auto* lines = history(source); lines && !follow_) source.until = lines->end();
  sources_.push_back(std::move(source));
}

void LogStream::begin_at(const api::FollowLogs& request, std::int64_t now_us) {
  using namespace std::chrono;
  const auto earliest = request.since ? now_us - duration_cast<microseconds>(*request.since).count()
                                      : std::numeric_limits<std::int64_t>::min();
  for (auto& source : sources_)
    if (const auto* lines = history(source)) source.cursor = lines->since(earliest);
  if (request.tail) keep_last(*request.tail);
}

// How many lines there are, beyond the cursors, of batches with this order and after.
std::size_t LogStream::lines_since(Order order) const {
  std::size_t sum = 0;
  for (const auto& source : sources_)
    if (const auto* lines = history(source))
      sum += lines->end() - std::max(source.cursor, lines->after(order, 0).cursor);
  return sum;
}

// Moves the cursors so that only the last lines of all are left. No two batches have the same order, so the
// one in which the first of them lies is found by halving.
void LogStream::keep_last(std::size_t count) {
  if (lines_since(0) <= count) return;
  Order too_many = 0, fitting = 1;
  while (lines_since(fitting) > count) fitting *= 2;
  while (fitting - too_many > 1) {
    const auto middle = too_many + (fitting - too_many) / 2;
    (lines_since(middle) > count ? too_many : fitting) = middle;
  }
  const auto rest = count - lines_since(fitting);  // of the batch before
  for (auto& source : sources_) {
    const auto* lines = history(source);
    if (!lines) continue;
    const auto first = std::max(source.cursor, lines->after(fitting, 0).cursor);
    const bool has_rest = std::max(source.cursor, lines->after(too_many, 0).cursor) < first;
    source.cursor = has_rest ? first - rest : first;
  }
}

bool LogStream::resume(std::string_view text) {
  const auto id = parse_stream_id(text, 2);
  if (!id) return false;
  for (auto& source : sources_) {
    const auto* lines = history(source);
    if (!lines) continue;
    // Of an earlier supervisor's stream nobody knows what came after.
    const auto from = id->epoch == taste_.epoch ? lines->after(id->place[0], id->place[1] + 1)
                                                : History::Resumption{lines->after(0, 0).cursor, true};
    source.cursor = from.cursor;
    source.lost = from.lost;
  }
  return true;
}

// Instances that a scale up or a reload has brought are followed as well, those that are gone no more.
void LogStream::adopt_new() {
  if (std::exchange(version_, catalogue_.version()) == catalogue_.version()) return;
  const auto before = std::exchange(sources_, {});
  for (const auto& id : catalogue_.ids()) {
    const auto old = std::find_if(before.begin(), before.end(), [&](const Source& s) { return s.id == id; });
    const auto meant = [&](const std::string& selector) { return core::selects(selector, id); };
    const bool known = old != before.end();
    if (!known && (!follow_ || std::none_of(selectors_.begin(), selectors_.end(), meant))) continue;
    add(id);  // with the width that names have now
    if (!known) continue;
    sources_.back().cursor = old->cursor;
    sources_.back().until = old->until;
    sources_.back().lost = old->lost;
  }
}

Stream::Next LogStream::fill(log::Buffer& out) {
  adopt_new();
  Ready ready;
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (const auto order = next_order(sources_[i])) ready.emplace_back(*order, i);
  std::make_heap(ready.begin(), ready.end(), std::greater{});
  while (!ready.empty() && out.size() < kChunk) {
    std::pop_heap(ready.begin(), ready.end(), std::greater{});
    const auto i = ready.back().second;
    ready.pop_back();
    give(out, sources_[i]);
    if (const auto order = next_order(sources_[i])) {
      ready.emplace_back(*order, i);
      std::push_heap(ready.begin(), ready.end(), std::greater{});
    }
  }
  return !ready.empty() ? Next::now : follow_ ? Next::later : Next::never;
}

// Of what comes next of a source; that lines are missing is told at once.
std::optional<Order> LogStream::next_order(const Source& source) const {
  const auto* lines = history(source);
  if (!lines) return std::nullopt;
  if (source.lost) return 0;
  if (source.until && source.cursor >= *source.until) return std::nullopt;
  auto cursor = source.cursor;
  const auto batch = lines->read(cursor);
  if (!batch.entry) return batch.missed > 0 ? std::optional<Order>{0} : std::nullopt;
  return batch.entry->order;
}

void LogStream::give(log::Buffer& out, Source& source) {
  const auto batch = history(source)->read(source.cursor);
  const auto time = batch.entry ? batch.entry->time_us : wall_clock();
  if (std::exchange(source.lost, false))
    source.form.append_gap(out, time, -1);
  else if (batch.missed > 0)
    source.form.append_gap(out, time, static_cast<std::int64_t>(batch.missed));
  if (!batch.entry) return;
  const auto room = kChunk - std::min(out.size(), kChunk);
  const auto lines = lines_for(batch.entry->lines, room);
  source.form.append(out, *batch.entry, lines);
  source.cursor = batch.entry->first + count_lines(lines);
}

}  // namespace pm::server
