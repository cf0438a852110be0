#!/bin/sh
# Builds every planted bug of tests/sim/mutants.md, runs the quorum simulator on fresh seeds, and says how many of
# them were caught. Usage: tests/sim/mutants.sh [seeds per bug] [name ...]
set -u
cd "$(dirname "$0")/../.."
seeds=${1:-200}
[ $# -gt 0 ] && shift
names=${*:-$(sed -n 's/^#ifdef KLAMM_MUTANT_//p' raft/mutants.h)}

build=build/mutants
caught=0
total=0
for name in $names; do
  total=$((total + 1))
  if ! { cmake -S . -B $build -G Ninja -DCMAKE_CXX_FLAGS=-O2 -DKLAMM_MUTANT="$name" && ninja -C $build -j2 klamm_sim; } \
      > $build.log 2>&1; then
    echo "$name: does not build, see $build.log"
    continue
  fi
  out=$(timeout 600 $build/klamm_sim --level quorum --seeds "$seeds")
  if [ $? -eq 1 ]; then
    caught=$((caught + 1))
    echo "$name: caught. $(echo "$out" | grep FAILED) [$(echo "$out" | tail -1 | sed 's/^ *//')]"
  else
    echo "$name: NOT caught in $seeds seeds"
  fi
done
echo "caught $caught of $total"
[ $((caught * 100)) -ge $((total * 95)) ]
