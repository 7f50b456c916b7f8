#include "follow.h"

#include <fmt/format.h>

#include <charconv>

#include "pm/os/wait.h"

namespace pm::cli {

namespace {

constexpr int kStdout = 1;

Outcome copy(const ClientFlags& flags, const Context& context, const api::Request& request,
             const std::function<core::Result<void>(std::string_view)>& write) {
  auto client = connect(flags, context);
  if (!client) return failed({client.error()});
  std::optional<core::Error> unwritten;
  const auto answer = client->follow(
      request,
      [&](std::string_view piece) {
        auto written = write(piece);
        if (!written) unwritten = std::move(written.error());
        return !unwritten;
      },
      kStdout);
  // A reader that has seen enough, as head(1), is no failure, whether SIGPIPE ends this program or not.
  if (unwritten && os::reader_is_gone(kStdout)) return {};
  if (unwritten) return failed({std::move(*unwritten).in("stdout")});
  if (!answer) return failed({answer.error()});
  if (!answer->ok() && answer->status != 0)
    return both(flags.json ? print(as_line(answer->body)) : Outcome{}, refused(*answer));
  return {};
}

}  // namespace

Outcome follow(const ClientFlags& flags, const Context& context, const api::Request& request,
               const std::function<std::string(std::string_view)>& shown) {
  return copy(flags, context, request,
              [&](std::string_view piece) { return os::write_all(kStdout, shown(piece)); });
}

Outcome relay(const ClientFlags& flags, const Context& context, const api::Request& request) {
  return copy(flags, context, request, [](std::string_view piece) { return os::write_all(kStdout, piece); });
}

core::Result<std::optional<std::size_t>> line_count(const std::optional<std::string>& text) {
  if (!text) return std::optional<std::size_t>{};
  std::size_t value = 0;
  const auto end = text->data() + text->size();
  const auto [stop, fault] = std::from_chars(text->data(), end, value);
  if (fault == std::errc{} && stop == end) return std::optional{value};
  return core::bad_input(fmt::format("-n '{}' is no number of lines", *text),
                         "give a whole number, as -n 100");
}

}  // namespace pm::cli
