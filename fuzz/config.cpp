#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "env_file.h"
#include "options_file.h"
#include "pm/config/application.h"
#include "pm/config/scale.h"
#include "procfile.h"

// Whatever is written in the files of an application. The first byte picks: p a Procfile, e an env file, t a
// pm.toml, f a formation, s a change; anything else is a whole application, its files parted by NULs.

namespace {

using namespace pm;

void holds(bool truth) {
  if (!truth) std::abort();
}

void are_told(const std::vector<core::Error>& errors) {
  holds(!errors.empty());
  for (const auto& error : errors) holds(!error.what.empty());
  holds(!core::render(errors).empty());
}

template <class T>
void read(const core::Checked<T>& result) {
  if (!result) are_told(result.error());
}

std::string_view take_part(std::string_view& text) {
  const auto end = text.find('\0');
  const auto part = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return part;
}

void resolve(std::string_view text) {
  config::Sources sources{.root = "/app", .procfile = {.name = "Procfile"}};
  sources.procfile.text = take_part(text);
  sources.env_files.push_back({".env", std::string{take_part(text)}});
  sources.options = config::File{"pm.toml", std::string{take_part(text)}};
  sources.flags.formation = take_part(text);
  if (sources.flags.formation->empty()) sources.flags.formation.reset();
  const auto application = config::resolve(sources);
  read(application);
  if (!application) return;
  for (const auto& type : application->types) holds(!config::environment_of(*application, type, 1).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const std::vector<std::string> types = {"web", "worker"};
  const config::File file{"file", std::string{text}};
  switch (data[0]) {
    case 'p': read(config::parse_procfile(file)); break;
    case 'e': read(config::parse_env_file(file, {}, {{"HOME", "/root"}})); break;
    case 't': read(config::parse_options(file, types)); break;
    case 'f': read(config::parse_formation(types, {.flag = file.text})); break;
    case 's':
      if (const auto change = config::parse_change(text))
        read(config::scaled({{"web", 1}, {"worker", 2}}, std::array{*change}, types));
      break;
    default: resolve(text);
  }
  return 0;
}
