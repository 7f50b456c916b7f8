#include "status_line.h"

#include <fmt/format.h>

#include <algorithm>

#include "pm/term/width.h"
#include "theme.h"
#include "words.h"

namespace pm::panes {

namespace {

std::string formation_words(const Model& model) {
  std::string words;
  for (const auto& [type, count] : model.formation)
    if (count > 0) words += fmt::format("{}{}={}", words.empty() ? "" : " ", type, count);
  return words;
}

std::string root_name(const std::string& root) {
  const auto slash = root.find_last_of('/');
  return slash == root.npos ? root : root.substr(slash + 1);
}

std::string summary(const Model& model, const Placement& placement) {
  auto text = fmt::format(" pm {}", root_name(model.root));
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += " · " + part;
  };
  if (model.shutting_down) add("stopping everything");
  if (placement.pages > 1) add(fmt::format("page {}/{}", placement.page + 1, placement.pages));
  add(formation_words(model));
  add(count_words(model.panes));
  add(total_words(model.panes));
  if (model.zoomed) add("zoomed");
  return text;
}

std::string hints(const Model& model) {
  return fmt::format("{} help   {} leave ", model.settings.shown(Action::help),
                     model.settings.shown(Action::detach));
}

}  // namespace

StatusLine status_line(const Model& model, const Placement& placement, const Moment& moment) {
  if (const auto* asking = std::get_if<Asking>(&model.mode))
    return {.left = fmt::format(" {} y/n ", asking->question), .right = {}, .urgent = true};
  const auto* pane = model.focused();
  const auto* back = pane && pane->scrollback ? &*pane->scrollback : nullptr;
  if (back && back->typing)
    return {.left = fmt::format(" {}{}█", back->backward ? "?" : "/", *back->typing), .right = {}};
  if (std::holds_alternative<Prefixed>(model.mode))
    return {.left = fmt::format(" {} …", term::to_string(model.settings.prefix)), .right = hints(model)};
  if (model.message && moment.now < model.message->until)
    return {.left = " " + model.message->text, .right = hints(model)};
  if (back)
    return {.left = fmt::format(" {}: / search, v select, y copy, q back", pane->name),
            .right = hints(model)};
  return {.left = summary(model, placement), .right = hints(model)};
}

void draw_status_line(term::Frame& frame, const StatusLine& line) {
  const auto [columns, rows] = frame.size();
  const auto style = line.urgent ? bold(inverse(styled(kYellow))) : inverse();
  frame.fill({0, rows - 1, columns, 1}, style);
  const int left = frame.text({0, rows - 1}, line.left, style);
  const int right = term::width_of(line.right);
  if (left + 1 + right <= columns) frame.text({columns - right, rows - 1}, line.right, style);
}

}  // namespace pm::panes
