// The log path in input bytes per second, beside a plain memcpy of the same input in the same run.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pm/log/buffer.h"
#include "pm/log/crlf.h"
#include "pm/log/format.h"
#include "pm/log/history.h"
#include "pm/log/json.h"
#include "pm/log/line_splitter.h"

namespace {

using namespace pm::log;

constexpr std::size_t kChunk = 64 << 10;
constexpr std::size_t kInput = 4 << 20;
constexpr std::size_t kFlush = 128 << 10;  // the pump writes its output away when there is so much of it

// Lines of `length` bytes, their newline (or CR and newline) included.
std::string input_of(std::size_t length, std::string_view newline = "\n") {
  std::string input;
  while (input.size() < kInput) {
    for (std::size_t i = 0; i < length - newline.size(); ++i)
      input += static_cast<char>('a' + (input.size() + i) % 26);
    input += newline;
  }
  return input;
}

template <class Chunk>
void for_each_chunk(std::string_view input, Chunk chunk) {
  for (; !input.empty(); input.remove_prefix(std::min(kChunk, input.size()))) chunk(input.substr(0, kChunk));
}

template <class Run>
void measure(benchmark::State& state, std::string_view input, Run run) {
  for (auto _ : state) run();
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
  state.SetItemsProcessed(state.iterations() * std::count(input.begin(), input.end(), '\n'));
}

void flush(Buffer& out) {
  if (out.size() < kFlush) return;
  benchmark::DoNotOptimize(out.data());
  benchmark::ClobberMemory();
  out.clear();
}

void BM_Memcpy(benchmark::State& state) {
  const auto input = input_of(state.range(0));
  Buffer out;
  measure(state, input, [&] {
    for_each_chunk(input, [&](std::string_view chunk) {
      out.append(chunk);
      flush(out);
    });
  });
}

// How one chunk's lines become output.
using Append = std::size_t (*)(Buffer&, std::string_view);

std::size_t with_prefix(Buffer& out, std::string_view lines) {
  static const Prefix prefix{"web.1", 8, "36"};
  return append_text(out, prefix.text(), lines);
}

std::size_t for_terminal(Buffer& out, std::string_view lines) {
  static const Prefix prefix{"web.1", 8, "36"};
  return append_text(out, prefix.text(), lines, LoneCr::repeat_prefix);
}

std::size_t without_prefix(Buffer& out, std::string_view lines) { return append_text(out, {}, lines); }

std::size_t as_json(Buffer& out, std::string_view lines) {
  static const JsonHead head{"web.1", Stream::stdout_};
  return append_json(out, head, lines);
}

void split_and_append(benchmark::State& state, Append append) {
  const auto input = input_of(state.range(0));
  Buffer out;
  LineSplitter splitter;
  measure(state, input, [&] {
    for_each_chunk(input, [&](std::string_view chunk) {
      const auto lines = splitter.push(chunk);
      append(out, lines.head);
      append(out, lines.body);
      flush(out);
    });
  });
}

void BM_Text(benchmark::State& state) { split_and_append(state, with_prefix); }
void BM_TextOnTerminal(benchmark::State& state) { split_and_append(state, for_terminal); }
void BM_NoPrefix(benchmark::State& state) { split_and_append(state, without_prefix); }
void BM_Json(benchmark::State& state) { split_and_append(state, as_json); }

void BM_TextWithHistory(benchmark::State& state) {
  const auto input = input_of(state.range(0));
  Buffer out;
  LineSplitter splitter;
  History history;
  measure(state, input, [&] {
    for_each_chunk(input, [&](std::string_view chunk) {
      const auto lines = splitter.push(chunk);
      for (const auto part : {lines.head, lines.body})
        history.append(0, 0, Stream::stdout_, part, with_prefix(out, part));
      flush(out);
    });
  });
}

// The chunk is copied first because the filter works in place, as a read does in the pump.
void BM_Crlf(benchmark::State& state) {
  const auto input = input_of(state.range(0), "\r\n");
  std::vector<char> chunk(CrlfFilter::kRoom + kChunk);
  CrlfFilter filter;
  measure(state, input, [&] {
    for_each_chunk(input, [&](std::string_view read) {
      std::memcpy(chunk.data() + CrlfFilter::kRoom, read.data(), read.size());
      benchmark::DoNotOptimize(filter.push({chunk.data(), CrlfFilter::kRoom + read.size()}));
      benchmark::ClobberMemory();
    });
  });
}

void BM_SplitOneHugeLine(benchmark::State& state) {
  const std::string chunk(4096, 'x');
  LineSplitter splitter;
  for (auto _ : state) {
    for (int i = 0; i < state.range(0) / 4096; ++i) splitter.push(chunk);
    benchmark::DoNotOptimize(splitter.finish());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK(BM_Memcpy)->Arg(100);
BENCHMARK(BM_Text)->Arg(100)->Arg(20);
BENCHMARK(BM_TextOnTerminal)->Arg(100)->Arg(20);
BENCHMARK(BM_NoPrefix)->Arg(100)->Arg(20);
BENCHMARK(BM_TextWithHistory)->Arg(100)->Arg(20);
BENCHMARK(BM_Json)->Arg(100)->Arg(20);
BENCHMARK(BM_Crlf)->Arg(100)->Arg(20);
BENCHMARK(BM_SplitOneHugeLine)->Arg(1 << 20)->Arg(64 << 20);

}  // namespace
