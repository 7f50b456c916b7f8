#pragma once

#include <string>
#include <vector>

#include "ask.h"

namespace pm::cli {

/// Has the supervisor at the other end of `client` do `verb` with what `selectors` mean, and tells what came
/// of it.
Outcome operate(client::Client& client, core::Verb verb, const std::vector<std::string>& selectors,
                const ClientFlags& flags, const Context& context);

}  // namespace pm::cli
