#include <fmt/format.h>

#include "pm/config/application.h"

namespace pm::config {

namespace {

// "PM_PORT_WEB_API" for "web-api"
std::string port_variable(const std::string& type) {
  std::string name = "PM_PORT_";
  for (const char c : type)
    name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return name;
}

}  // namespace

Environment environment_of(const Application& application, const core::ProcessType& type, int number) {
  Environment environment = application.environment;
  const auto set_port = [&](const std::string& name, int index, int instance) {
    const auto port = core::port_of(*application.ports, index, instance);
    if (port <= core::kLastPort) environment.insert_or_assign(name, std::to_string(port));
  };
  if (application.ports) {
    // From the last: of two types that want one variable ("a-b" and "a_b") the first gets it.
    for (auto each = application.types.rbegin(); each != application.types.rend(); ++each)
      set_port(port_variable(each->name), each->index, 1);
    set_port("PORT", type.index, number);
  }
  environment["PS"] = core::to_string({type.name, number});
  environment["PM_TYPE"] = type.name;
  environment["PM_INSTANCE"] = std::to_string(number);
  for (const auto& [name, value] : type.env) environment.insert_or_assign(name, value);
  return environment;
}

}  // namespace pm::config
