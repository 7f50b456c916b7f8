#include "printer.h"

#include <array>
#include <chrono>
#include <utility>

namespace pm::supervisor {

std::int64_t wall_clock() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

// strftime does not know %f: it must come out as it went in.
std::string Timestamps::for_strftime(std::string_view format) {
  std::string out;
  for (auto at = format.find("%f"); at != format.npos; at = format.find("%f")) {
    out.append(format.substr(0, at)).append("%%f");
    format.remove_prefix(at + 2);
  }
  return out.append(format);
}

std::string_view Timestamps::at(std::int64_t time_us) {
  const auto second = static_cast<std::time_t>(time_us / 1'000'000);
  if (second_ != second) {
    std::tm local{};
    ::localtime_r(&second, &local);
    std::array<char, 256> text;
    second_text_.assign(text.data(),
                        std::strftime(text.data(), text.size(), for_strftime(format_).c_str(), &local));
    second_ = second;
  }
  const auto at = second_text_.find("%f");
  if (at == second_text_.npos) return second_text_;
  text_ = second_text_;
  text_.replace(at, 2, fmt::format("{:06}", time_us % 1'000'000));
  return text_;
}

Printer::Printer(Sink& sink, PrintStyle style)
    : sink_{sink}, style_{std::move(style)}, pm_{make_head("pm", "2")} {
  if (style_.timestamps) timestamps_.emplace(*style_.timestamps);
}

bool Printer::set_width(std::size_t width) {
  if (std::exchange(style_.width, width) == width) return false;
  pm_ = make_head("pm", "2");
  return true;
}

Printer::Head Printer::make_head(std::string_view name, std::string_view sgr) const {
  log::Prefix prefix;
  if (style_.prefix || style_.timestamps)
    prefix = log::Prefix{style_.prefix ? name : std::string_view{}, style_.width,
                         style_.color ? sgr : std::string_view{}};
  return {std::move(prefix), log::JsonHead{name, log::Stream::stdout_},
          log::JsonHead{name, log::Stream::stderr_}};
}

std::size_t Printer::lines(Head& head, log::Stream stream, std::string_view lines, std::int64_t time_us) {
  if (lines.empty()) return 0;
  std::size_t count = 0;
  if (style_.json) {
    auto& json = stream == log::Stream::stderr_ ? head.err : head.out;
    json.set_time(log::TimeText{time_us});
    count = log::append_json(sink_.buffer(), json, lines);
  } else {
    if (timestamps_) head.prefix.set_time(timestamps_->at(time_us));
    const auto lone_cr = sink_.terminal() ? log::LoneCr::repeat_prefix : log::LoneCr::pass;
    count = log::append_text(sink_.buffer(), head.prefix.text(), lines, lone_cr);
  }
  sink_.appended(time_us);
  return count;
}

void Printer::own(Head& head, std::string_view name, std::string_view text, std::int64_t time_us) {
  if (style_.json) {
    const auto line = name == "pm" ? fmt::format("{}\n", text) : fmt::format("{}: {}\n", name, text);
    lines(pm_, log::Stream::stdout_, line, time_us);
    return;
  }
  if (timestamps_) head.prefix.set_time(timestamps_->at(time_us));
  const auto line = style_.prefix ? std::string{text} : fmt::format("{}: {}", name, text);
  log::append_own(sink_.buffer(), head.prefix.text(), line, style_.color);
  sink_.appended(time_us);
}

}  // namespace pm::supervisor
