#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace pm::term {

/// Values that are known by a small number, each once; at most `most` of them, of which those in use are told
/// apart by marking. Number 0 is T{} and always there. A T has hash_of(const T&), and is_same(const T&, const
/// T&).
template <class T>
class Interned {
 public:
  using Number = std::uint16_t;

  /// `most`: up to 65535, 0 included.
  explicit Interned(std::size_t most) : most_{most}, values_(1), index_(kFirstIndex, kNone) { index(0); }

  const T& operator[](Number number) const { return values_[number]; }
  std::size_t size() const { return values_.size() - free_.size(); }

  /// The value's number; nullopt if there is no room for a new one that leaves room for `spare` others.
  std::optional<Number> add(const T& value, std::size_t spare = 0) {
    for (auto slot = slot_of(value);; slot = (slot + 1) & (index_.size() - 1)) {
      if (index_[slot] == kNone) break;
      if (is_same(values_[index_[slot]], value)) return index_[slot];
    }
    if (size() + spare >= most_) return std::nullopt;
    return add_new(value);
  }

  template <class Each>
  void for_each(Each each) const {
    for (const auto number : index_)
      if (number != kNone) each(values_[number]);
  }

  /// Drops all but 0 and the values that `mark` names by calling what it is given with their numbers.
  template <class Mark>
  void keep(Mark mark) {
    std::vector<bool> used(values_.size());
    used[0] = true;
    mark([&](Number number) { used[number] = true; });
    free_.clear();
    for (std::size_t i = values_.size(); i-- > 0;)
      if (!used[i]) free_.push_back(static_cast<Number>(i));
    index_.assign(index_.size(), kNone);
    for (std::size_t i = 0; i < values_.size(); ++i)
      if (used[i]) index(static_cast<Number>(i));
  }

 private:
  static constexpr Number kNone = 0xffff;
  static constexpr std::size_t kFirstIndex = 16;

  std::size_t slot_of(const T& value) const { return hash_of(value) & (index_.size() - 1); }

  Number add_new(const T& value) {
    Number number = 0;
    if (!free_.empty()) {
      number = free_.back();
      free_.pop_back();
      values_[number] = value;
    } else {
      number = static_cast<Number>(values_.size());
      values_.push_back(value);
      if (values_.size() * 2 > index_.size()) widen();
    }
    index(number);
    return number;
  }

  void widen() {
    index_.assign(index_.size() * 2, kNone);
    for (std::size_t i = 0; i + 1 < values_.size(); ++i) index(static_cast<Number>(i));
  }

  void index(Number number) {
    auto slot = slot_of(values_[number]);
    while (index_[slot] != kNone) slot = (slot + 1) & (index_.size() - 1);
    index_[slot] = number;
  }

  std::size_t most_;
  std::vector<T> values_;
  std::vector<Number> free_;
  std::vector<Number> index_;  // by hash, open addressing; a power of two, at least twice as many as values
};

}  // namespace pm::term
