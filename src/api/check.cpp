#include "pm/api/check.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "text.h"

namespace pm::api {

namespace json = boost::json;

namespace {

json::object to_object(const CheckedInstance& instance) {
  json::object object;
  object["name"] = core::to_string(instance.id);
  object["type"] = instance.id.type;
  object["index"] = instance.id.number;
  object["command"] = as_utf8(instance.command);
  object["port"] = instance.port ? json::value(*instance.port) : json::value(nullptr);
  object["restart"] = core::to_string(instance.restart);
  return object;
}

}  // namespace

std::string to_json(const CheckReport& report) {
  json::array processes, idle;
  for (const auto& instance : report.processes) processes.push_back(to_object(instance));
  for (const auto& type : report.idle) idle.push_back(json::string{type});
  json::object object;
  object["processes"] = std::move(processes);
  object["idle"] = std::move(idle);
  return json::serialize(object);
}

}  // namespace pm::api
