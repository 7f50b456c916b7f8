#include "pm/config/application.h"
#include "ports.h"

namespace pm::config {

Environment common_environment(const Application& application) {
  auto environment = application.environment;
  if (application.socket) environment.erase("PM_SOCKET");
  if (application.socket && !application.socket->empty())
    environment.emplace("PM_SOCKET", *application.socket);
  if (!application.ports) return environment;
  // From the last: of two types that want one variable the first gets it.
  for (auto each = application.types.rbegin(); each != application.types.rend(); ++each)
    if (const auto port = core::port_of(*application.ports, each->index, 1); port <= core::kLastPort)
      environment.insert_or_assign(port_variable(each->name), std::to_string(port));
  return environment;
}

Environment own_environment(const Application& application, const core::ProcessType& type, int number) {
  Environment environment = type.env;
  if (application.ports)
    if (const auto port = core::port_of(*application.ports, type.index, number); port <= core::kLastPort)
      environment.emplace("PORT", std::to_string(port));
  environment.emplace("PS", core::to_string({type.name, number}));
  environment.emplace("PM_TYPE", type.name);
  environment.emplace("PM_INSTANCE", std::to_string(number));
  return environment;
}

Environment environment_of(const Application& application, const core::ProcessType& type, int number) {
  auto environment = own_environment(application, type, number);
  environment.merge(common_environment(application));
  return environment;
}

}  // namespace pm::config
