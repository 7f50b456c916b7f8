# shellcheck shell=bash
# What scripts/test asks of the project besides its tests: each gate is a function that fails, and says why.

# Layers that decide and do nothing else (api does, too, but is not among them): clang-tidy reads them, tests run nearly all lines.
pure_layers=(core config log term)

sources() { find src include tests fuzz bench -type f \( -name '*.cpp' -o -name '*.h' -o -name '*.c' \) -print0; }

# .clang-format settles the layout.
gate_format() { sources | xargs -0 clang-format-14 --dry-run --Werror; }

gate_shell() {
  local scripts
  mapfile -t scripts < <(grep -rlE '^#!(/bin/sh|/usr/bin/env bash|/bin/bash)' scripts .ci tests packaging example docs/pictures)
  shellcheck -x "${scripts[@]}" scripts/*.sh
}

# The checks in .clang-tidy, over the pure layers: one file that includes a whole layer is read in a fraction of the time.
gate_tidy() {
  local layer whole=build/gates/layers
  mkdir -p "$whole"
  for layer in "${pure_layers[@]}"; do
    printf '#include "%s"\n' "$PWD/src/$layer"/*.cpp >"$whole/$layer.cpp"
  done
  # shellcheck disable=SC2016 # the inner shell's
  printf '%s\0' "${pure_layers[@]}" | whole=$whole xargs -0 -n 1 -P 2 bash -c 'clang-tidy-14 --quiet --config-file=.clang-tidy \
    --checks=-bugprone-suspicious-include --warnings-as-errors="*" "$whole/$0.cpp" -- -std=c++20 "-I$PWD/include" "-I$PWD/src/$0" 2>/dev/null'
}

# At least 95 of 100 lines of each pure layer are run by its own tests; the simulation adds nothing but time here.
gate_coverage() {
  local layer failures=0
  (build coverage) || return 1
  find build/coverage -name '*.gcda' -delete
  for layer in "${pure_layers[@]}"; do
    "build/coverage/tests/${layer}_tests" --gtest_brief=1 --gtest_filter='-*Simulation*' || return 1
    gcovr --root . --object-directory build/coverage --gcov-executable gcov-12 --filter "src/$layer/" --filter "include/pm/$layer/" \
      --exclude-throw-branches --fail-under-line 95 --print-summary build/coverage || failures=1
  done
  return "$failures"
}

# What .dockerignore lets through is all that the image is built from.
gate_image() {
  local context=build/gates/context path
  rm -rf "$context"
  mkdir -p "$context" || return 1
  while read -r path; do cp -r --parents "$path" "$context" || return 1; done < <(sed -n 's/^!//p' .dockerignore)
  (cd "$context" && cmake --preset static)
}

# Where a thread is: os::Output has one for what cannot be opened anew.
gate_threads() {
  (build tsan os_tests) || return 1
  build/tsan/tests/os_tests --gtest_brief=1 --gtest_filter='Output*'
}

# The packages are made, installed, upgraded and removed; as root, for it takes a fresh Debian to do so.
gate_packages() {
  local as_root=()
  ((EUID == 0)) || as_root=(sudo)
  scripts/package && "${as_root[@]}" tests/package/install_test.sh build/release build/packages
}
