#include "pm/log/buffer.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace pm::log {

namespace {

constexpr std::size_t kSmallest = 4096;

}  // namespace

void Buffer::consume(std::size_t size) {
  assert(size <= this->size());
  begin_ += size;
  if (!empty()) return;
  begin_ = end_ = 0;
  if (capacity_ > kKept) *this = Buffer{};
}

void Buffer::swap(Buffer& other) noexcept {
  std::swap(storage_, other.storage_);
  std::swap(capacity_, other.capacity_);
  std::swap(begin_, other.begin_);
  std::swap(end_, other.end_);
}

// Bytes are moved to the front only when no more of them are left than have been consumed, and else into
// twice the room: each byte is moved a constant number of times on average.
void Buffer::make_room(std::size_t size) {
  const auto used = this->size();
  if (used <= begin_ && capacity_ - used >= size) {
    std::memmove(storage_.get(), data(), used);
  } else {
    const auto capacity = std::max({kSmallest, capacity_ * 2, used + size});
    auto storage = std::make_unique_for_overwrite<char[]>(capacity);
    if (used > 0) std::memcpy(storage.get(), data(), used);
    storage_ = std::move(storage);
    capacity_ = capacity;
  }
  begin_ = 0;
  end_ = used;
}

}  // namespace pm::log
