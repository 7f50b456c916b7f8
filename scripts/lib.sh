# shellcheck shell=bash
# What scripts/start and scripts/test share: the packages, and the way to have them.

# shellcheck disable=SC2034 # used by the scripts that read this file
build_packages=(
  g++ cmake ninja-build ccache python3
  libboost1.81-dev libboost-json1.81-dev libboost-container1.81-dev
  libfmt-dev libcli11-dev libtomlplusplus-dev libutf8proc-dev libgtest-dev libgmock-dev mandoc
)
# For the tests alone: the oracles of the terminal and of PID 1, what runs in a terminal, the past of the golden files.
# shellcheck disable=SC2034
test_packages=(libvterm-dev tmux vim less ruby-foreman git curl tini dumb-init)
# For what is no test: layout, shell, findings, coverage.
# shellcheck disable=SC2034
gate_packages=(clang-format-14 clang-tidy-14 shellcheck gcovr)
# For the fuzzers alone; clang only recommends its run-time libraries.
# shellcheck disable=SC2034
fuzz_packages=(clang libclang-rt-14-dev)
# To make packages, and to put them to the test.
# shellcheck disable=SC2034
package_packages=(dpkg-dev lintian debootstrap systemd)
# shellcheck disable=SC2034
example_packages=(python3 python3-redis redis-server inotify-tools)

die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit 1
}

# missing PACKAGES...: those of them that are not installed, a line each.
missing() {
  local package
  for package; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || echo "$package"
  done
}

# Debian's two versions of Boost exclude each other; which one goes is not for a script to say.
refuse_other_boost() {
  local other
  other=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 'libboost*1.74-dev' 2>/dev/null | sed -n 's/^ii *//p')
  [[ -z $other ]] || die "these packages exclude libboost1.81-dev, which pm is built with:
$other
remove them yourself, if nothing else needs them: apt-get remove ${other//$'\n'/ }"
}

# Whether sudo would let us; without a terminal it cannot ask for a password.
sudo_works() { command -v sudo >/dev/null && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }; }

# need PACKAGES...: installs what is missing as root or through sudo, else says which command would.
need() {
  local packages install as_root=()
  command -v dpkg-query >/dev/null || die "this is no Debian; install what stands for: $*"
  mapfile -t packages < <(missing "$@")
  ((${#packages[@]})) || return 0
  [[ " ${packages[*]} " != *' libboost1.81-dev '* ]] || refuse_other_boost
  install="apt-get -o Acquire::Retries=3 update && apt-get -o Acquire::Retries=3 install -y --no-install-recommends ${packages[*]}"
  if ((EUID != 0)); then
    sudo_works || die "packages are missing; as root, run:
  $install"
    as_root=(sudo)
  fi
  echo "installing ${packages[*]}" >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -c "$install" </dev/null >&2 ||
    die "the packages could not be installed; the command was:
  $install"
}

# build PRESET [TARGET]: configures where that was not done, and builds. A quick no-op when nothing changed.
build() {
  [[ -f build/$1/build.ninja ]] || cmake --preset "$1" || die "configuring '$1' failed"
  cmake --build --preset "$1" ${2:+--target "$2"} || die "building '$1' failed"
}
