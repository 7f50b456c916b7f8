#pragma once

#include "model.h"
#include "moment.h"
#include "pm/term/frame.h"

namespace pm::panes {

/// What the screen is to show.
term::Frame view(const Model& model, const Moment& moment);

}  // namespace pm::panes
