#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace pm::config {

/// What helps somebody who has no Procfile here, as the hint of an error: one under another name, or what a
/// first one could say, by what else lies in the directory. `lies_here` tells whether a file does; `folder`
/// is what leads there from where the person is: "" or "app/".
std::string proposal(std::string_view folder, const std::function<bool(std::string_view name)>& lies_here);

}  // namespace pm::config
