#pragma once

#include <string>

#include "model.h"
#include "moment.h"
#include "placement.h"

namespace pm::panes {

/// What the last row says: a question, a query, a message, or what runs.
struct StatusLine {
  std::string left, right;
  bool urgent = false;  ///< it waits for an answer
};
StatusLine status_line(const Model& model, const Placement& placement, const Moment& moment);

void draw_status_line(term::Frame& frame, const StatusLine& line);

}  // namespace pm::panes
