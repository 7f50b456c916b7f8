// The terminal engine in input bytes per second, beside libvterm on the same input in the same run; and what
// a screen takes in memory.

#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <malloc.h>
#include <vterm.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pm/term/terminal.h"

namespace {

constexpr std::size_t kInput = 1 << 20;
constexpr std::size_t kChunk = 64 << 10;  // as much as the supervisor reads at once
constexpr int kColumns = 80, kRows = 24;

template <class Line>
std::string input_of(Line line) {
  std::string input;
  for (int i = 0; input.size() < kInput; ++i) input += line(i);
  return input;
}

std::string plain() {
  return input_of([](int i) {
    return fmt::format("2026-11-22T01:02:03.{:06} INFO request {} served in {} ms\r\n", i % 1'000'000, i,
                       i % 997);
  });
}

std::string coloured() {
  return input_of([](int i) {
    return fmt::format(
        "\x1b[2m01:02:03.{:03}\x1b[0m \x1b[3{}mINFO\x1b[0m \x1b[1mrequest\x1b[0m \x1b[38;5;{}m{}\x1b[0m "
        "served\r\n",
        i % 1000, 1 + i % 6, 16 + i % 216, i);
  });
}

std::string utf8() {
  return input_of(
      [](int i) { return fmt::format("Größe {} → 端末エミュレータ ✓ naïve façade №{}\r\n", i, i * 7); });
}

// As a program on the whole screen draws its frames.
std::string redraw() {
  return input_of([](int i) {
    return fmt::format(
        "\x1b[{};1H\x1b[4{}m{:>4} root \x1b[32m{:5.1f}\x1b[39m /usr/bin/program --flag\x1b[K\x1b[0m",
        1 + i % kRows, i % 8, i, i % 1000 / 10.0);
  });
}

template <class Write>
void measure(benchmark::State& state, const std::string& input, Write write) {
  for (auto _ : state)
    for (std::string_view rest = input; !rest.empty(); rest.remove_prefix(std::min(kChunk, rest.size())))
      write(rest.substr(0, kChunk));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}

void BM_Engine(benchmark::State& state, std::string (*make)()) {
  pm::term::Terminal terminal{{kColumns, kRows}};
  measure(state, make(), [&](std::string_view bytes) { terminal.write(bytes); });
  benchmark::DoNotOptimize(terminal.scrolled());
}

void BM_Libvterm(benchmark::State& state, std::string (*make)()) {
  VTerm* const terminal = vterm_new(kRows, kColumns);
  vterm_set_utf8(terminal, 1);
  VTermScreen* const screen = vterm_obtain_screen(terminal);
  vterm_screen_enable_altscreen(screen, 1);
  vterm_screen_set_damage_merge(screen, VTERM_DAMAGE_SCROLL);  // as quick as it can be
  vterm_screen_reset(screen, 1);
  measure(state, make(),
          [&](std::string_view bytes) { vterm_input_write(terminal, bytes.data(), bytes.size()); });
  vterm_free(terminal);
}

std::string nothing() { return ""; }
std::string one_line() { return "$ "; }
std::string one_screen() { return plain().substr(0, 1500); }

// What is allocated for one terminal after some input, of many that are there at once.
void BM_Memory(benchmark::State& state, std::string (*make)()) {
  constexpr std::size_t kTerminals = 50;
  const auto input = make();
  std::vector<pm::term::Terminal> terminals;
  terminals.reserve(kTerminals);
  const auto allocated = [] { return mallinfo2().uordblks + mallinfo2().hblkhd; };
  for (auto _ : state) {
    terminals.clear();
    malloc_trim(0);
    const auto before = allocated();
    for (std::size_t i = 0; i < kTerminals; ++i)
      terminals.emplace_back(pm::term::Size{kColumns, kRows}).write(input);
    state.counters["bytes"] = static_cast<double>(allocated() - before) / kTerminals;
  }
}

BENCHMARK_CAPTURE(BM_Engine, plain, plain);
BENCHMARK_CAPTURE(BM_Libvterm, plain, plain);
BENCHMARK_CAPTURE(BM_Engine, coloured, coloured);
BENCHMARK_CAPTURE(BM_Libvterm, coloured, coloured);
BENCHMARK_CAPTURE(BM_Engine, utf8, utf8);
BENCHMARK_CAPTURE(BM_Libvterm, utf8, utf8);
BENCHMARK_CAPTURE(BM_Engine, redraw, redraw);
BENCHMARK_CAPTURE(BM_Libvterm, redraw, redraw);
BENCHMARK_CAPTURE(BM_Memory, idle, nothing)->Iterations(1);
BENCHMARK_CAPTURE(BM_Memory, prompt, one_line)->Iterations(1);
BENCHMARK_CAPTURE(BM_Memory, screen, one_screen)->Iterations(1);
BENCHMARK_CAPTURE(BM_Memory, full_scrollback, plain)->Iterations(1);

}  // namespace
