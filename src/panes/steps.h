#pragma once

#include <cstddef>
#include <string>

#include "effect.h"
#include "model.h"
#include "moment.h"
#include "pm/core/snapshot.h"
#include "pm/term/keys.h"
#include "scrollback.h"

namespace pm::panes {

// The steps that update() is made of; what they want done is appended to `effects`.

/// Tells the person something, for a few seconds.
void say(Model& model, std::string text, const Moment& moment, Effects& effects);

/// Attaches to whatever is seen, and tells each terminal its size, where that is new. What has been seen
/// stays attached; what nobody has looked at yet costs nothing.
void fit(Model& model, Effects& effects);

/// Goes to a pane; out of the zoom if that shows another one.
void go_to(Model& model, std::size_t pane, Effects& effects);
/// Goes to the pane with that number on the screen.
void go_to_number(Model& model, int number, const Moment& moment, Effects& effects);

/// What a key after the prefix does.
void act(Model& model, Action action, const Moment& moment, Effects& effects);

/// A key, while a pane looks back.
void press_looking_back(Model& model, Pane& pane, const term::Key& key, const Moment& moment,
                        Effects& effects);
void finish_looking(Model& model, Pane& pane, const Looked& looked, const Moment& moment, Effects& effects);
/// Rows of a pane that are seen; 1 if it is not seen itself.
int rows_seen(const Model& model, const Pane& pane);

/// The mouse, anywhere.
void point(Model& model, const term::Mouse& mouse, const Moment& moment, Effects& effects);

/// What runs: panes come and go.
void take_status(Model& model, const core::StatusSnapshot& status, const Moment& moment, Effects& effects);
void take_change(Model& model, const core::Event& event, const Moment& moment, Effects& effects);

}  // namespace pm::panes
