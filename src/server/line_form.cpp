#include "line_form.h"

#include <fmt/format.h>

#include <algorithm>

#include "pm/api/reply.h"

namespace pm::server {

LineForm::LineForm(const Taste& taste, std::string_view name, const supervisor::LineStyle& style,
                   std::size_t width)
    : taste_{taste},
      name_{name},
      prefix_{taste.prefix ? log::Prefix{name, width, taste.color ? std::string_view{style.sgr} : ""}
                           : log::Prefix{}},
      out_{name, log::Stream::stdout_},
      err_{name, log::Stream::stderr_},
      pm_{name, log::Stream::pm} {}

void LineForm::append(log::Buffer& out, const log::History::Entry& entry, std::string_view lines) {
  switch (taste_.form) {
    case api::StreamForm::ndjson: log::append_json(out, head(entry), lines); return;
    case api::StreamForm::sse: append_event_stream(out, entry, lines); return;
    case api::StreamForm::text: append_plain(out, entry, lines); return;
  }
}

log::JsonHead& LineForm::head(const log::History::Entry& entry) {
  auto& head = entry.stream == log::Stream::stdout_   ? out_
               : entry.stream == log::Stream::stderr_ ? err_
                                                      : pm_;
  head.set_time(log::TimeText{entry.time_us});
  return head;
}

void LineForm::append_event_stream(log::Buffer& out, const log::History::Entry& entry,
                                   std::string_view lines) {
  const auto& json = head(entry);
  for (auto index = entry.index; !lines.empty(); ++index) {
    const auto size = lines.find('\n') + 1;
    out.append(fmt::format("id: {}\ndata: ", stream_id(taste_.epoch, entry.order, index)));
    log::append_json(out, json, lines.substr(0, size));
    out.append("\n");
    lines.remove_prefix(size);
  }
}

void LineForm::append_plain(log::Buffer& out, const log::History::Entry& entry, std::string_view lines) {
  const auto lone_cr = taste_.terminal ? log::LoneCr::repeat_prefix : log::LoneCr::pass;
  if (entry.stream != log::Stream::pm) {
    log::append_text(out, prefix_.text(), lines, lone_cr);
    return;
  }
  for (; !lines.empty(); lines.remove_prefix(lines.find('\n') + 1))
    append_own(out, lines.substr(0, lines.find('\n')));
}

// As the supervisor prints them: without prefixes the line itself says whom it is about.
void LineForm::append_own(log::Buffer& out, std::string_view text) {
  const auto line = taste_.prefix ? std::string{text} : fmt::format("{}: {}", name_, text);
  log::append_own(out, prefix_.text(), line, taste_.color);
}

void LineForm::append_gap(log::Buffer& out, std::int64_t time_us, std::int64_t missed) {
  if (taste_.form == api::StreamForm::text) {
    const auto many =
        missed < 0 ? std::string{"lines"} : fmt::format("{} line{}", missed, missed == 1 ? "" : "s");
    append_own(out, fmt::format("{} {} missing here, for the history holds {} KiB", many,
                                missed == 1 ? "is" : "are", log::History::kDefaultBytes >> 10));
    return;
  }
  const auto line = api::gap_json_line(time_us, name_, missed);
  if (taste_.form == api::StreamForm::sse) out.append("event: gap\ndata: ");
  out.append(line);
  if (taste_.form == api::StreamForm::sse) out.append("\n");
}

std::string_view lines_for(std::string_view lines, std::size_t room) {
  constexpr std::size_t kAround = 128;  // the other members of a JSON object, an id
  std::size_t size = 0, taken = 0;
  do {
    const auto end = lines.find('\n', size) + 1;
    taken += end - size + kAround;
    size = end;
  } while (size < lines.size() && taken < room);
  return lines.substr(0, size);
}

std::size_t count_lines(std::string_view lines) {
  return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
}

}  // namespace pm::server
