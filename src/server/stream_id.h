#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pm::server {

/// Tells supervisors apart by when they began: ids of what an earlier one said mean nothing to this one.
using Epoch = std::int64_t;

/// "<epoch>-<n>" or "<epoch>-<n>-<m>": where a reader of a stream has got to. Opaque to clients.
std::string stream_id(Epoch epoch, std::uint64_t n);
std::string stream_id(Epoch epoch, std::uint64_t n, std::uint64_t m);

struct StreamId {
  Epoch epoch = 0;
  std::vector<std::uint64_t> place;
  friend bool operator==(const StreamId&, const StreamId&) = default;
};
/// nullopt if `text` is no id with `numbers` numbers after its epoch.
std::optional<StreamId> parse_stream_id(std::string_view text, std::size_t numbers);

}  // namespace pm::server
