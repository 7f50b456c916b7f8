#include "scrollback.h"

#include <algorithm>

namespace pm::term {

namespace {

constexpr std::size_t kFirstBytes = 4096, kBytesPerRow = 16;

template <class Value>
void append_raw(std::vector<char>& bytes, const Value& value) {
  const auto size = bytes.size();
  bytes.resize(size + sizeof value);
  std::memcpy(bytes.data() + size, &value, sizeof value);
}

}  // namespace

void Scrollback::pack(std::span<const Unit> units, bool wrapped) {
  packed_.clear();
  packed_.push_back(wrapped ? 1 : 0);
  while (!units.empty() && units.back() == Unit{}) units = units.first(units.size() - 1);
  for (auto at = units.begin(); at != units.end();) {
    Run run{.style = at->style()};
    run.wide = !at->plain(run.style);
    const auto fits = [&](const Unit& unit) {
      return unit.style() == run.style && unit.plain(run.style) != (run.wide == 1);
    };
    const auto end = std::find_if_not(at, units.end(), fits);
    run.count = static_cast<std::uint16_t>(end - at) & 0x7fff;
    append_raw(packed_, run);
    if (run.wide) {
      for (; at != end; ++at) append_raw(packed_, at->packed());
    } else {
      const auto size = packed_.size();
      packed_.resize(size + run.count);
      std::transform(at, end, packed_.begin() + static_cast<std::ptrdiff_t>(size),
                     [](const Unit& unit) { return static_cast<char>(unit.content()); });
      at = end;
    }
  }
}

void Scrollback::push(std::span<const Unit> units, bool wrapped) {
  pack(units, wrapped);
  if (packed_.size() > most_bytes_) return clear();
  while (count_ > 0 && count_ >= most_bytes_ / kBytesPerRow) drop_oldest();
  auto offset = find_room(packed_.size());
  while (!offset) {
    if (bytes_.size() < most_bytes_)
      widen(packed_.size());
    else
      drop_oldest();
    offset = find_room(packed_.size());
  }
  std::copy(packed_.begin(), packed_.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(*offset));
  end_ = *offset + packed_.size();
  if (count_ == records_.size()) {
    std::rotate(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(first_), records_.end());
    first_ = 0;
    records_.resize(std::max<std::size_t>(records_.size() * 2, 16));
  }
  records_[(first_ + count_++) % records_.size()] = {static_cast<std::uint32_t>(*offset),
                                                     static_cast<std::uint32_t>(packed_.size())};
}

std::optional<std::size_t> Scrollback::find_room(std::size_t size) const {
  const auto all = bytes_.size();
  if (count_ == 0) return size <= all ? std::optional<std::size_t>{0} : std::nullopt;
  const std::size_t oldest = record(0).offset;
  if (end_ <= oldest) return oldest - end_ >= size ? std::optional{end_} : std::nullopt;
  if (all - end_ >= size) return end_;
  return oldest >= size ? std::optional<std::size_t>{0} : std::nullopt;
}

void Scrollback::widen(std::size_t size) {
  std::vector<char> bytes(std::min(most_bytes_, std::max(bytes_.size() * 2, kFirstBytes + size)));
  std::size_t end = 0;
  for (std::size_t row = 0; row < count_; ++row) {
    auto& moved = records_[(first_ + row) % records_.size()];
    std::memcpy(bytes.data() + end, bytes_.data() + moved.offset, moved.size);
    moved.offset = static_cast<std::uint32_t>(end);
    end += moved.size;
  }
  bytes_ = std::move(bytes);
  end_ = end;
}

void Scrollback::drop_oldest() {
  first_ = (first_ + 1) % records_.size();
  --count_;
}

void Scrollback::clear() {
  bytes_ = {};
  records_ = {};
  end_ = first_ = count_ = 0;
}

bool Scrollback::wrapped(int row) const { return bytes_[record(static_cast<std::size_t>(row)).offset] != 0; }

void Scrollback::read(int row, std::vector<Unit>& units) const {
  units.clear();
  const auto [offset, size] = record(static_cast<std::size_t>(row));
  for (const char* at = bytes_.data() + offset + 1; at != bytes_.data() + offset + size;) {
    const auto run = run_at(at);
    at += sizeof run;
    for (int i = 0; i < run.count; ++i) {
      std::uint32_t packed = static_cast<unsigned char>(at[i]);
      if (run.wide) std::memcpy(&packed, at + sizeof packed * static_cast<std::size_t>(i), sizeof packed);
      units.push_back(Unit::unpacked(packed, run.style));
    }
    at += run.bytes();
  }
}

}  // namespace pm::term
