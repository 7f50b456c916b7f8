#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pm::core {

/// "100MB", "1.5 GB", "512MiB", "4096": kB, MB, GB and TB are powers of 1000, KiB, MiB, GiB and TiB of 1024,
/// in letters of either case; nullopt for anything else, and for more than 2^60.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

/// What parse_bytes reads, in the largest unit of which it is a whole number: "100 MB", "512 MiB", "4097 B".
std::string exact_bytes(std::uint64_t bytes);

}  // namespace pm::core
