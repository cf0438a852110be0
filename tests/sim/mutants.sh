#!/bin/sh
# Plants every bug of tests/sim/mutants.md, runs the quorum simulator on fresh seeds, and says how many it catches.
# Usage: tests/sim/mutants.sh [seeds per bug] [name ...]
#
# It calls the compiler itself: only the files of raft/ that know mutants.h differ from one bug to the next, and the
# simulator needs nothing of protocol/ but the error codes.
set -u
cd "$(dirname "$0")/../.."
seeds=${1:-100}
[ $# -gt 0 ] && shift
names=${*:-$(sed -n 's/^#ifdef KLAMM_MUTANT_//p' raft/mutants.h)}

build=build/mutants
compiler="${CXX:-g++} -std=c++20 -O2 -msse4.2 -I. $(pkg-config --cflags fmt spdlog)"
libraries="$(pkg-config --libs fmt spdlog) -lboost_json"
mkdir -p $build/common $build/planted

changing=$(grep -l mutants.h raft/*.cc)
common="base/check.cc base/random.cc base/uuid.cc protocol/errors.cc $(ls tests/sim/quorum/*.cc) \
  $(grep -L mutants.h raft/*.cc)"
for source in $common; do
  object=$build/common/$(echo "$source" | tr / _).o
  if [ ! -e "$object" ] || [ -n "$(find base protocol/errors.h raft tests/sim/quorum -newer "$object" -name '*.h')" ] ||
    [ "$source" -nt "$object" ]; then
    $compiler -c "$source" -o "$object" || exit 2
  fi
done

caught=0
total=0
for name in $names; do
  total=$((total + 1))
  rm -f $build/planted/*.o
  for source in $changing; do
    $compiler -DKLAMM_MUTANT_"$name"=1 -c "$source" -o $build/planted/"$(echo "$source" | tr / _)".o || exit 2
  done
  $compiler $build/common/*.o $build/planted/*.o -o $build/klamm_sim $libraries || exit 2
  began=$(date +%s)
  out=$(timeout 600 $build/klamm_sim --level quorum --seeds "$seeds")
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
