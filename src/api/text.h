#pragma once

#include <string>
#include <string_view>

namespace pm::api {

/// `text` with every byte that is not part of well-formed UTF-8 replaced by U+FFFD: JSON can hold nothing
/// else.
std::string as_utf8(std::string_view text);

/// Appends `text` as it stands between the quotes of a JSON string, made UTF-8 like that.
void append_json_escaped(std::string& out, std::string_view text);

}  // namespace pm::api
