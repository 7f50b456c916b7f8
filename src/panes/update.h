#pragma once

#include "effect.h"
#include "event.h"
#include "model.h"
#include "moment.h"

namespace pm::panes {

/// The panes of a screen of that size, before anything is known.
Model begin(Settings settings, term::Size screen);

/// What an event changes, and what is to be done for it. Pure.
Effects update(Model& model, const Event& event, const Moment& moment);

}  // namespace pm::panes
