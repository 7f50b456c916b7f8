#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "flags.h"
#include "follow.h"
#include "process_text.h"

namespace pm::cli {

namespace {

struct EventsFlags {
  ClientFlags client;
  std::optional<std::string> lines;
  bool no_follow = false;
};

/// Events out of pieces of NDJSON, as lines for a person.
class EventText {
 public:
  explicit EventText(const Screen& screen) : screen_{screen} {}

  std::string of(std::string_view piece) {
    std::string text;
    begun_ += piece;
    std::size_t begin = 0;
    for (std::size_t end; (end = begun_.find('\n', begin)) != begun_.npos; begin = end + 1)
      if (end > begin) text += line(std::string_view{begun_}.substr(begin, end - begin));
    begun_.erase(0, begin);
    return text;
  }

 private:
  std::string line(std::string_view json) {
    if (const auto event = api::parse_event(json)) return event_line(*event, screen_, width_);
    constexpr std::string_view kMissed = "\"missed\":";  // a gap, {"time":…,"missed":12}
    const auto found = json.find(kMissed);
    if (found == json.npos) return {};  // of a later version
    const auto at = std::min(json.find_first_not_of(' ', found + kMissed.size()), json.size());
    int count = -1;
    std::from_chars(json.data() + at, json.data() + json.size(), count);
    return fmt::format("          {}\n", painted(count < 0 ? "events were missed here"
                                                           : fmt::format("{} events were missed here", count),
                                                 kDim, screen_));
  }

  Screen screen_;
  std::string begun_;
  std::size_t width_ = 8;
};

Outcome events(const EventsFlags& flags, const Context& context) {
  const auto screen = screen_of(flags.client.color, context.environment);
  if (!screen) return failed({screen.error()});
  const auto tail = line_count(flags.lines);
  if (!tail) return failed({tail.error()});
  api::FollowEvents request{.tail = tail->value_or(0), .follow = !flags.no_follow};
  if (flags.client.json) return relay(flags.client, context, request);
  EventText text{*screen};
  return follow(flags.client, context, request, [&](std::string_view piece) { return text.of(piece); });
}

}  // namespace

Command events_command() {
  const auto flags = std::make_shared<EventsFlags>();
  Command command{.summary = "Print each change of a state, of the formation and of the files, as it happens",
                  .group = Group::look};
  const auto lines = "Events";
  add_value(*command.flags, "-n,--lines", flags->lines, "N", "the last N of the past first [0]")
      ->group(lines);
  add_switch(*command.flags, "--no-follow", flags->no_follow, "print those of the past only")->group(lines);
  add_socket(*command.flags, flags->client);
  add_json(*command.flags, flags->client);
  add_color(*command.flags, flags->client);
  command.carry_out = [flags](const Context& context) { return events(*flags, context); };
  return command;
}

}  // namespace pm::cli
