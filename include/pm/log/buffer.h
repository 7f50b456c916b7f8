#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace pm::log {

/// A queue of bytes on their way out: appended at the end, consumed from the front, always in one piece.
/// What it points to is valid until the next call that is not const.
class Buffer {
 public:
  /// What is kept for the next time when everything has been consumed; more is given back.
  static constexpr std::size_t kKept = 1 << 20;

  Buffer() = default;
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer other) noexcept {
    swap(other);
    return *this;
  }

  const char* data() const { return storage_.get() + begin_; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data(), size()}; }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    commit(bytes.size());
  }

  /// Uninitialised room for at least `size` bytes at the end; they count once they are committed.
  char* room(std::size_t size) {
    if (capacity_ - end_ < size) make_room(size);
    return storage_.get() + end_;
  }
  /// Bytes that room() can give without moving anything.
  std::size_t room_left() const { return capacity_ - end_; }
  /// The first `size` bytes of room() have been written; `size` is at most what room() was asked for, or
  /// room_left().
  void commit(std::size_t size) { end_ += size; }

  /// Drops `size` bytes, at most size(), from the front.
  void consume(std::size_t size);
  void clear() { consume(size()); }

  void swap(Buffer& other) noexcept;

 private:
  void make_room(std::size_t size);

  std::unique_ptr<char[]> storage_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace pm::log
