#!/usr/bin/env bash
# The bash completion offers what it should, fish's does where it is installed, and zsh's is at least well-formed then.
# usage: completion.bash PM
set -u
pm=$(realpath "$1")
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
cd "$here" || exit 1
mkdir bin logs
ln -s "$pm" bin/pm
PATH=$here/bin:$PATH
printf 'web: true\nworker: true\n' >Procfile
printf 'queue: true\n' >Other
unset "${!PM_@}"
faults=0

# completes WORDS... -- EXPECTED...: what the last of WORDS is completed to, sorted.
completes() {
  local words=()
  while [[ $1 != -- ]]; do words+=("$1") && shift; done
  shift
  COMP_WORDS=("${words[@]}") COMP_CWORD=$((${#words[@]} - 1)) COMPREPLY=()
  _pm
  local got wanted
  got=$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd' ')
  wanted=$*
  [[ $got == "$wanted" ]] && return
  echo "'${words[*]}' is completed to '$got', not '$wanted'"
  faults=$((faults + 1))
}

pm completion bash >pm.bash || exit 1
# shellcheck source=/dev/null
. ./pm.bash
completes pm star -- start
completes pm start --exi -- --exit-code-from --exit-when
completes pm start --exit-when f -- failure
completes pm start --exit-when = f -- failure
completes pm start --color = -- always auto never
completes pm start w -- web worker
completes pm s wo -- worker
completes pm start -x web,wo -- web,worker
completes pm start -f Other '' -- queue
completes pm start --procfile = Other '' -- queue
completes pm start --log-dir l -- logs
completes pm start -f Oth -- Other
completes pm check --js -- --json
completes pm sca -- scale
completes pm sto -- stop
completes pm stop w -- web worker
completes pm status web,w -- web,web web,worker
completes pm stop --no -- --no-wait
completes pm scale w -- web= worker=
completes pm signal US -- USR1 USR2
completes pm signal HUP wo -- worker
completes pm signal -s x H -- HUP
completes pm logs -f wo -- worker
completes pm logs -f Oth -- ''
completes pm ps --color n -- never
completes pm reload '' -- ''
completes pm run -N worke -- worker
completes pm completion z -- zsh

# fish_completes LINE EXPECTED...: likewise, where there is a fish.
fish_completes() {
  local got
  command -v fish >/dev/null || return
  got=$(HOME=$here fish -c "pm completion fish | source; complete -C'$1'" 2>&1 | LC_ALL=C sort | paste -sd' ')
  [[ $got == "${*:2}" ]] && return
  echo "fish completes '$1' to '$got', not '${*:2}'"
  faults=$((faults + 1))
}
fish_completes 'pm stop w' web worker
fish_completes 'pm logs -f wo' worker
fish_completes 'pm start -f Other qu' queue

rm Procfile
completes pm start w -- ''

for shell in bash zsh fish; do
  pm completion "$shell" >script || faults=$((faults + 1))
  command -v "$shell" >/dev/null || continue
  "$shell" -n script || faults=$((faults + 1))
done
exit $((faults > 0))
