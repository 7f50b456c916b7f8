#include "scrollback.h"

#include <algorithm>

namespace pm::term {

namespace {

constexpr std::size_t kFirstBytes = 4096, kBytesPerRow = 16;

}  // namespace

// Returns how many bytes of packed_ it takes.
std::size_t Scrollback::pack(std::span<const Unit> units, bool wrapped) {
  while (!units.empty() && units.back() == Unit{}) units = units.first(units.size() - 1);
  packed_.resize(std::max(packed_.size(), 1 + units.size() * (sizeof(Run) + sizeof(std::uint32_t))));
  char* to = packed_.data();
  *to++ = wrapped ? 1 : 0;
  const Unit* const end = units.data() + units.size();
  for (const Unit* at = units.data(); at != end;) {
    Run run{.style = at->style()};
    run.wide = !at->plain(run.style);
    char* const head = to;
    const Unit* const begin = at;
    to += sizeof run;
    if (run.wide) {
      for (; at != end && at->style() == run.style && !at->plain(run.style);
           ++at, to += sizeof(std::uint32_t)) {
        const auto packed = at->packed();
        std::memcpy(to, &packed, sizeof packed);
      }
    } else {
      for (; at != end && at->plain(run.style); ++at) *to++ = static_cast<char>(at->content());
    }
    run.count = static_cast<std::uint16_t>(at - begin) & 0x7fff;
    std::memcpy(head, &run, sizeof run);
  }
  return static_cast<std::size_t>(to - packed_.data());
}

void Scrollback::push(std::span<const Unit> units, bool wrapped) {
  const auto size = pack(units, wrapped);
  if (size > most_bytes_) return clear();
  while (count_ > 0 && count_ >= most_bytes_ / kBytesPerRow) drop_oldest();
  auto offset = find_room(size);
  while (!offset) {
    if (bytes_.size() < most_bytes_)
      widen(size);
    else
      drop_oldest();
    offset = find_room(size);
  }
  std::memcpy(bytes_.data() + *offset, packed_.data(), size);
  end_ = *offset + size;
  if (count_ == records_.size()) {
    std::rotate(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(first_), records_.end());
    first_ = 0;
    records_.resize(std::max<std::size_t>(records_.size() * 2, 16));
  }
  records_[(first_ + count_++) & (records_.size() - 1)] = {static_cast<std::uint32_t>(*offset),
                                                           static_cast<std::uint32_t>(size)};
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
    auto& moved = records_[(first_ + row) & (records_.size() - 1)];
    std::memcpy(bytes.data() + end, bytes_.data() + moved.offset, moved.size);
    moved.offset = static_cast<std::uint32_t>(end);
    end += moved.size;
  }
  bytes_ = std::move(bytes);
  end_ = end;
}

void Scrollback::drop_oldest() {
  first_ = (first_ + 1) & (records_.size() - 1);
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
