#!/bin/sh
# Plants every bug of tests/sim/mutants.md or tests/sim/mutants_groups.md, runs the simulator on fresh seeds, and says
# how many it catches.
# Usage: tests/sim/mutants.sh [quorum|groups] [seeds per bug] [name ...]
#
# Builds klamm_sim once, and for each bug only the files that name it: their objects go before the libraries.
set -u
cd "$(dirname "$0")/../.."
level=quorum
case "${1:-}" in quorum | groups) level=$1 && shift ;; esac
case $level in
  quorum) room=raft objects=raft/CMakeFiles/klamm_raft.dir ;;
  groups) room=broker/group objects=broker/CMakeFiles/klamm_broker.dir/group ;;
esac
seeds=${1:-100}
[ $# -gt 0 ] && shift
names=${*:-$(sed -n 's/^#ifdef KLAMM_MUTANT_//p' $room/mutants.h)}

build=build/release
planted=$PWD/build/mutants
cmake --preset release >/dev/null && ninja -C $build klamm_sim >/dev/null || exit 2
link=$(ninja -C $build -t commands klamm_sim | grep -- '-o klamm_sim ')

caught=0
total=0
for name in $names; do
  total=$((total + 1))
  rm -rf "$planted" && mkdir -p "$planted"
  constant=$(sed -n "/KLAMM_MUTANT_$name\$/{n;s/.* bool \(k[A-Za-z]*\) .*/\1/p}" $room/mutants.h)
  for source in $(grep -lw "$constant" $room/*.cc); do
    object=$objects/$(basename "$source").o
    compile=$(ninja -C $build -t commands "$object" | tail -1)
    compile=${compile%% -MD *}
    (cd $build && sh -c "$compile -DKLAMM_MUTANT_$name=1 -o $planted/$(basename "$source").o -c ../../$source") || exit 2
  done
  (cd $build && sh -c "$(echo "$link" | sed "s| -o klamm_sim | $planted/*.o -o $planted/klamm_sim |")") || exit 2
  began=$(date +%s)
  out=$(timeout 600 "$planted/klamm_sim" --level $level --seeds "$seeds")
  status=$?
  took=$(($(date +%s) - began))
  if [ $status -eq 1 ]; then
    caught=$((caught + 1))
    echo "$name: caught in $took s. $(echo "$out" | grep FAILED) [$(echo "$out" | tail -1 | sed 's/^ *//')]"
  else
    echo "$name: NOT caught in $seeds seeds ($took s)"
  fi
done
echo "caught $caught of $total"
[ $((caught * 100)) -ge $((total * 95)) ]
