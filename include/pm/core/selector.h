#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pm/core/error.h"
#include "pm/core/name.h"

namespace pm::core {

/// Whether `selector` (a type, an instance, a glob over either, or "all") means `id`. A glob knows * ? [a-z]
/// [!a-z].
bool selects(std::string_view selector, const InstanceId& id);

/// What the selectors mean among `instances`, each once, in the order of `instances`.
/// Errors: not_found, naming the nearest, if one of them matches nothing.
Result<std::vector<InstanceId>> select(std::span<const std::string> selectors,
                                       std::span<const InstanceId> instances);

}  // namespace pm::core
