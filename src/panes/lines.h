#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pm::panes {

/// Lines out of a stream of bytes, without their newlines; one that does not end is dropped beyond kMost.
class Lines {
 public:
  static constexpr std::size_t kMost = 1 << 20;

  template <class Take>
  void push(std::string_view bytes, const Take& take) {
    begun_ += bytes;
    std::size_t begin = 0;
    for (std::size_t end; (end = begun_.find('\n', begin)) != begun_.npos; begin = end + 1)
      take(std::string_view{begun_}.substr(begin, end - begin));
    begun_.erase(0, begin);
    if (begun_.size() > kMost) begun_.clear();
  }

 private:
  std::string begun_;
};

}  // namespace pm::panes
