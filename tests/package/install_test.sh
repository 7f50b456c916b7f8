#!/usr/bin/env bash
# The packages do what packages have to: in a fresh Debian root the Debian one is installed, upgraded under a running
# supervisor, removed, and leaves nothing; the tarball runs without anything around it.
# usage: install_test.sh BUILD PACKAGES, as root: the build directory of the release, and what scripts/package made of it.
set -eu
build=$(realpath "$1") packages=$(realpath "$2")
deb=$(echo "$packages"/pm_*.deb) tarball=$(echo "$packages"/pm-*.tar.gz)

fail() {
  printf 'install_test: %s\n' "$*" >&2
  exit 1
}

# A mount and a process namespace of our own: whatever happens in here, nothing is left mounted or running.
if [[ ${IN_NAMESPACE:-} != yes ]]; then
  ((EUID == 0)) || fail "a root for Debian can only be made by root"
  exec env IN_NAMESPACE=yes unshare --mount --pid --fork --kill-child --mount-proc "$0" "$build" "$packages"
fi
work=$(mktemp -d)
mount -t tmpfs -o size=2g pm-install-test "$work"
trap 'umount -l "$work"; rmdir "$work"' EXIT
root=$work/root

inside() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 chroot "$root" "$@"; }
in_hello() { inside sh -ec "cd /srv/hello && $1"; }

# Everything but what dpkg and apt themselves write down about each package that comes and goes.
files() {
  (cd "$root" && find . -xdev \( -path ./proc -o -path ./var/log -o -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/cache/apt \) -prune \
    -o -print | LC_ALL=C sort)
}

install() { inside env DEBIAN_FRONTEND=noninteractive apt-get install -y "$1" >"$work/apt.log" 2>&1 || fail "$(tail "$work/apt.log")"; }

# supervised VERSION: the example runs, and every process that should run does.
supervised() {
  in_hello "pm ps --json" >"$work/ps.json"
  python3 - "$work/ps.json" <<'EOF' || fail "the example does not run: $(cat "$work/ps.json")"
import json, sys
processes = json.load(open(sys.argv[1]))["processes"]
up = {process["name"] for process in processes if process["state"] == "running"}
sys.exit(not {"clock.1", "worker.1", "worker.2"} <= up)
EOF
}

echo "lintian"
lintian --fail-on error,warning --allow-root "$deb"

echo "tarball"
mkdir "$work/unpacked" && tar -xzf "$tarball" -C "$work/unpacked" --strip-components=1
[[ $(env -i "$work/unpacked/bin/pm" --version) == "pm "* ]] || fail "the tarball's program does not run"
! readelf -d "$work/unpacked/bin/pm" | grep NEEDED || fail "the tarball's program needs libraries"

echo "debootstrap"
debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log" 2>&1 || fail "$(tail "$work/debootstrap.log")"
mount -t proc proc "$root/proc"
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
files >"$work/before"

echo "install"
(cd "$build" && cpack -G DEB -D CPACK_PACKAGE_VERSION=0.0.0 -B "$work/older") >/dev/null
cp "$work"/older/*.deb "$root/older.deb"
cp "$deb" "$root/new.deb"
install /older.deb
inside cp -r /usr/share/doc/pm/examples/hello /srv/hello
in_hello "pm check" | grep -q clock || fail "pm check does not know the example"
# A reader that has seen enough ends the run.
in_hello "pm start | sed '/this is job 2/q'" >"$work/start.txt" 2>&1 || fail "pm start: $(cat "$work/start.txt")"
grep -q 'hello, this is job 2' "$work/start.txt" || fail "pm start printed: $(cat "$work/start.txt")"
started=$(in_hello "pm start -D")
supervised

echo "upgrade"
install /new.deb
# shellcheck disable=SC2016 # dpkg-query's own
[[ $(inside pm --version) == "pm $(inside dpkg-query -W -f '${Version}' pm)" ]] || fail "another version was installed"
[[ $started =~ "with pid "([0-9]+) ]] || fail "pm start -D printed: $started"
[[ $(readlink "/proc/${BASH_REMATCH[1]}/exe") == *"(deleted)" ]] || fail "the supervisor does not run from the old program any more"
supervised
in_hello "pm restart worker && pm quit"
for file in usr/bin/pm usr/share/man/man1/pm-start.1.gz usr/share/man/man5/pm.toml.5.gz \
  usr/lib/systemd/system/pm@.service usr/share/bash-completion/completions/pm \
  usr/share/zsh/vendor-completions/_pm usr/share/fish/vendor_completions.d/pm.fish; do
  [[ -s $root/$file ]] || fail "$file is missing"
done

systemd-analyze --man=no --recursive-errors=no --root="$root" verify pm@srv-hello.service || fail "the unit has faults"

echo "remove"
systemctl --root="$root" enable pm@srv-hello.service 2>"$work/enable.txt" || fail "$(cat "$work/enable.txt")"
inside apt-get purge -y pm >"$work/apt.log" 2>&1 || fail "$(tail "$work/apt.log")"
rm -r "$root/srv/hello" "$root/older.deb" "$root/new.deb"
files >"$work/after"
diff "$work/before" "$work/after" || fail "the package left files or took some along"
echo "the packages are good"
