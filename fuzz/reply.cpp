#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pm/api/reply.h"

// Whatever a client is answered; what it understands, it understands again after it was written once more.

namespace {

using namespace pm;

void holds(bool truth) {
  if (!truth) std::abort();
}

template <class Parse, class Write>
void stays(std::string_view text, Parse parse, Write write) {
  const auto first = parse(text);
  if (!first) {
    holds(!first.error().what.empty());
    return;
  }
  const auto written = write(*first);
  const auto second = parse(written);
  holds(second && write(*second) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto json = [](const auto& all) { return api::to_json(all); };
  stays(text, api::parse_status, json);
  stays(text, api::parse_processes, json);
  stays(text, api::parse_explanations, json);
  stays(text, api::parse_operation, [](const auto& report) { return api::to_reply(report).body; });
  stays(text, api::parse_event, [](const auto& event) { return api::to_json_line(event); });
  holds(!api::parse_error(500, text).empty());
  return 0;
}
