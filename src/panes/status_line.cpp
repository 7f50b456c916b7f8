#include "status_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "pm/term/width.h"
#include "theme.h"
#include "words.h"

namespace pm::panes {

namespace {

// In the order of the panes, which is the Procfile's.
std::string formation_words(const Model& model) {
  std::string words;
  std::string_view last;
  for (const auto& pane : model.panes) {
    if (!pane.process || std::exchange(last, pane.process->id.type) == pane.process->id.type) continue;
    const auto wanted = model.formation.find(pane.process->id.type);
    if (wanted != model.formation.end() && wanted->second > 0)
      words += fmt::format("{}{}={}", words.empty() ? "" : " ", wanted->first, wanted->second);
  }
  return words;
}

std::string root_name(const std::string& root) {
  const auto slash = root.find_last_of('/');
  return slash == root.npos ? root : root.substr(slash + 1);
}

struct Wanted {
  bool formation = true, totals = true, counts = true;
};

std::string summary(const Model& model, const Placement& placement, const Wanted& wanted) {
  auto text = fmt::format(" pm {}", root_name(model.root));
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += " · " + part;
  };
  if (model.shutting_down) add("stopping everything");
  if (placement.pages > 1) add(fmt::format("page {}/{}", placement.page + 1, placement.pages));
  if (wanted.formation) add(formation_words(model));
  if (wanted.counts) add(count_words(model.panes));
  if (wanted.totals) add(total_words(model.panes));
  if (model.zoomed) add("zoomed");
  return text;
}

std::string help_hint(const Model& model) {
  return fmt::format("{} help ", model.settings.shown(Action::help));
}

std::string hints(const Model& model) {
  return fmt::format("{}  {} leave ", help_hint(model), model.settings.shown(Action::detach));
}

// As much as fits, the least important left out first.
StatusLine fitting_summary(const Model& model, const Placement& placement) {
  const std::array<StatusLine, 6> choices{{
      {summary(model, placement, {}), hints(model)},
      {summary(model, placement, {}), help_hint(model)},
      {summary(model, placement, {.formation = false}), hints(model)},
      {summary(model, placement, {.formation = false}), help_hint(model)},
      {summary(model, placement, {.formation = false, .totals = false}), help_hint(model)},
      {summary(model, placement, {.formation = false, .totals = false, .counts = false}), help_hint(model)},
  }};
  for (const auto& choice : choices)
    if (term::width_of(choice.left) + 1 + term::width_of(choice.right) <= model.screen.columns) return choice;
  return {.left = choices.back().left, .right = {}};
}

// Where it does not fit, the question is cut, but not what answers it.
std::string question_line(const std::string& question, int columns) {
  constexpr std::string_view kAnswers = "y/n";
  const int room = columns - 3 - term::width_of(kAnswers);
  if (term::width_of(question) <= room) return fmt::format(" {} {} ", question, kAnswers);
  return fmt::format(" {}… {} ", term::fitting(question, std::max(room - 1, 0)), kAnswers);
}

}  // namespace

StatusLine status_line(const Model& model, const Placement& placement, const Moment& moment) {
  if (const auto* asking = std::get_if<Asking>(&model.mode))
    return {.left = question_line(asking->question, model.screen.columns), .right = {}, .urgent = true};
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
  return fitting_summary(model, placement);
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
