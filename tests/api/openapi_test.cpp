#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "pm/api/reply.h"
#include "pm/api/request.h"

namespace pm::api {
namespace {

// What docs/openapi.yaml says of one method of one path.
struct Documented {
  std::set<std::string> parameters;  ///< of the query
  std::set<std::string> statuses;
  bool body = false;
  friend bool operator==(const Documented&, const Documented&) = default;
};
using Document = std::map<std::string, Documented>;  ///< by "GET /v1/status"

std::size_t depth_of(const std::string& line) { return line.find_first_not_of(' '); }

// "        - name: wait" is name: wait at depth 10; quotes are dropped.
std::pair<std::string, std::string> entry_of(const std::string& line) {
  const auto start = line.find_first_not_of(" -");
  const auto colon = line.find(':', start);
  if (start == line.npos || colon == line.npos) return {};
  const auto bare = [](std::string text) {
    std::erase(text, '"');
    const auto first = text.find_first_not_of(' ');
    return first == text.npos ? std::string{} : text.substr(first);
  };
  return {bare(line.substr(start, colon - start)), bare(line.substr(colon + 1))};
}

// By indentation, which is all of YAML that the file uses: paths at 2, methods at 4, what they have at 6.
Document read_document() {
  Document document;
  std::ifstream file{PM_OPENAPI};
  std::string line, path, section, name;
  Documented* current = nullptr;
  bool within_paths = false;
  while (std::getline(file, line)) {
    const auto depth = depth_of(line);
    const auto [key, value] = entry_of(line);
    if (depth == 0) within_paths = key == "paths";
    if (!within_paths || depth == line.npos) continue;
    if (depth == 2) path = key;
    if (depth == 2 || (depth == 4 && key == "parameters")) current = nullptr;
    if (depth == 4 && key != "parameters") {
      auto method = key;
      for (auto& c : method) c = static_cast<char>(c - 'a' + 'A');
      current = &document[method + ' ' + path];
    }
    if (!current) continue;
    if (depth == 6) section = key;
    current->body |= section == "requestBody";
    if (section == "parameters" && key == "name") name = value;
    if (section == "parameters" && key == "in" && value == "query") current->parameters.insert(name);
    if (section == "responses" && depth == 8 && key != "default") current->statuses.insert(key);
  }
  return document;
}

TEST(OpenApi, HasEveryRouteAndNoOther) {
  std::set<std::string> documented, built;
  for (const auto& [route, what] : read_document()) documented.insert(route);
  for (const auto& route : routes()) built.insert(route.method + ' ' + route.path);
  EXPECT_EQ(documented, built);
}

TEST(OpenApi, HasTheParametersAndBodiesOfEachRoute) {
  auto document = read_document();
  for (const auto& route : routes()) {
    const auto& documented = document[route.method + ' ' + route.path];
    EXPECT_EQ(documented.parameters,
              (std::set<std::string>{route.parameters.begin(), route.parameters.end()}))
        << route.path;
    EXPECT_EQ(documented.body, route.body) << route.path;
  }
}

TEST(OpenApi, HasTheStatusesThatARouteMayAnswerWith) {
  for (const auto& [route, what] : read_document()) {
    const bool waits = what.parameters.contains("wait");
    EXPECT_TRUE(what.statuses.contains("400")) << route;
    const bool upgrades = what.statuses.contains("101") && what.statuses.contains("426");
    EXPECT_TRUE(what.statuses.contains("200") || upgrades || route == "POST /v1/shutdown") << route;
    EXPECT_EQ(what.statuses.contains("202"), waits || route == "POST /v1/shutdown") << route;
    const bool selects = route.find('{') != route.npos || what.parameters.contains("process");
    EXPECT_TRUE(!selects || what.statuses.contains("404")) << route;
    EXPECT_TRUE(!waits || (what.statuses.contains("409") && what.statuses.contains("500"))) << route;
  }
}

TEST(OpenApi, HasTheCodesOfErrors) {
  std::ifstream file{PM_OPENAPI};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  for (const auto code :
       {"bad_request", "forbidden", "not_found", "method_not_allowed", "request_timeout", "conflict",
        "body_too_large", "head_too_large", "invalid_configuration", "operation_failed", "unavailable",
        "upgrade_required", "unsupported_version", "not_implemented"})
    EXPECT_NE(text.find(fmt::format("- {}  # ", code)), text.npos) << code;
}

}  // namespace
}  // namespace pm::api
