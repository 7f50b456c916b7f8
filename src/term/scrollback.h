#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "unit.h"

namespace pm::term {

/// Rows that have left the screen, the oldest first, packed: a character of ASCII takes a byte. Bounded; the
/// oldest make room. What guards cells from erasure is not kept.
class Scrollback {
 public:
  /// How many bytes the packed rows take at most; their index takes up to half as much again.
  explicit Scrollback(std::size_t most_bytes) : most_bytes_{most_bytes} {}

  int rows() const { return static_cast<int>(count_); }
  void push(std::span<const Unit> units, bool wrapped);
  /// Its cells, without the blanks that no style shows at its end.
  void read(int row, std::vector<Unit>& units) const;
  bool wrapped(int row) const;
  void clear();

  /// Each part of a row that has one style, and each cluster: style = on_style(style), on_cluster(number).
  template <class OnStyle, class OnCluster>
  void visit(OnStyle on_style, OnCluster on_cluster) {
    for (std::size_t row = 0; row < count_; ++row) {
      const auto [offset, size] = record(row);
      for (char* at = bytes_.data() + offset + 1; at != bytes_.data() + offset + size;) {
        auto run = run_at(at);
        run.style = on_style(run.style);
        std::memcpy(at, &run, sizeof run);
        at += sizeof run;
        for (int i = 0; i < run.count && run.wide; ++i) {
          std::uint32_t packed = 0;
          std::memcpy(&packed, at + 4 * i, sizeof packed);
          if (const auto unit = Unit::unpacked(packed, run.style); unit.clustered())
            on_cluster(unit.cluster());
        }
        at += run.bytes();
      }
    }
  }

 private:
  // A byte that says whether it is wrapped, then its runs.
  struct Record {
    std::uint32_t offset = 0, size = 0;
  };
  // Cells of one style; behind it, either a byte of ASCII for each, 0 for blank, or its packed unit.
  struct Run {
    std::uint16_t style = 0;
    std::uint16_t count : 15 = 0;
    std::uint16_t wide : 1 = 0;
    std::size_t bytes() const { return wide ? count * sizeof(std::uint32_t) : count; }
  };
  static Run run_at(const char* at) {
    Run run;
    std::memcpy(&run, at, sizeof run);
    return run;
  }

  const Record& record(std::size_t row) const { return records_[(first_ + row) & (records_.size() - 1)]; }
  std::size_t pack(std::span<const Unit> units, bool wrapped);
  std::optional<std::size_t> find_room(std::size_t size) const;
  void widen(std::size_t size);
  void drop_oldest();

  std::size_t most_bytes_;
  std::vector<char> bytes_;      // a ring; no record straddles its end
  std::size_t end_ = 0;          // behind the newest record
  std::vector<Record> records_;  // a ring, too; a power of two
  std::size_t first_ = 0, count_ = 0;
  std::vector<char> packed_;  // the newest record, before it is put into the ring
};

}  // namespace pm::term
