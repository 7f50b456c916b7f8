#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace pm::log {

/// Reproducible input for property tests.
class Noise {
 public:
  explicit Noise(unsigned seed) : engine_{seed} {}

  /// From 0 to `most`.
  std::size_t upto(std::size_t most) { return engine_() % (most + 1); }

  /// Up to `most` bytes; half of them are drawn from `alphabet`, so that what matters comes up often.
  std::string bytes(std::size_t most, std::string_view alphabet) {
    std::string text(upto(most), '\0');
    for (char& c : text)
      c = upto(1) ? alphabet[upto(alphabet.size() - 1)] : static_cast<char>(engine_() & 0xff);
    return text;
  }

  /// `text` cut into chunks of 1 to `longest` bytes.
  std::vector<std::string> chunks(std::string_view text, std::size_t longest) {
    std::vector<std::string> chunks;
    while (!text.empty()) {
      const auto size = std::min(text.size(), 1 + upto(longest - 1));
      chunks.emplace_back(text.substr(0, size));
      text.remove_prefix(size);
    }
    return chunks;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace pm::log
