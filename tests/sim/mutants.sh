#!/bin/sh
# Plants every bug of tests/sim/mutants.md, mutants_groups.md or mutants_cluster.md, runs the simulator on fresh seeds,
# and says how many it catches.
# Usage: tests/sim/mutants.sh [quorum|groups|cluster] [seeds per bug] [name ...]
#
# Builds klamm_sim once, and for each bug only the files that name it: their objects go before the libraries.
# The same seeds run without a bug first: what fails by itself catches nothing. SEED= says where they begin.
set -u
cd "$(dirname "$0")/../.."
level=quorum
case "${1:-}" in quorum | groups | cluster) level=$1 && shift ;; esac
case $level in
  quorum) rooms=raft headers=raft/mutants.h ;;
  groups) rooms=broker/group headers=broker/group/mutants.h ;;
  cluster) rooms="broker storage raft" headers="base/mutants.h raft/mutants.h broker/group/mutants.h" ;;
esac
seeds=${1:-100}
[ $# -gt 0 ] && shift
listed=$(sed -n 's/^| [0-9]* | `\([A-Z_]*\)`.*/\1/p' tests/sim/mutants_cluster.md)
[ $level = cluster ] || listed=$(sed -n 's/^#ifdef KLAMM_MUTANT_//p' $headers)
names=${*:-$listed}

build=build/release
planted=$PWD/build/mutants
cmake --preset release >/dev/null && ninja -C $build klamm_sim >/dev/null || exit 2
link=$(ninja -C $build -t commands klamm_sim | grep -- '-o klamm_sim ')

seed=${SEED:-$(date +%s)}
echo "seeds $seed to $((seed + seeds - 1))"
if ! "$build/klamm_sim" --level $level --seed "$seed" --seeds "$seeds"; then
  echo "without a planted bug the simulator is not content with these seeds: it would catch everything" >&2
  exit 2
fi

caught=0
total=0
for name in $names; do
  total=$((total + 1))
  rm -rf "$planted" && mkdir -p "$planted"
  constant=$(sed -n "/KLAMM_MUTANT_$name\$/{n;s/.* bool \(k[A-Za-z]*\) .*/\1/p}" $headers)
  for source in $(grep -rlw --include='*.cc' "mutant::$constant" $rooms); do
    top=${source%%/*}
    object=$top/CMakeFiles/klamm_$top.dir/${source#*/}.o
    compile=$(ninja -C $build -t commands "$object" | tail -1)
    compile=${compile%% -MD *}
    planted_object=$planted/$(echo "$source" | tr / _).o
    (cd $build && sh -c "$compile -DKLAMM_MUTANT_$name=1 -o $planted_object -c ../../$source") || exit 2
  done
  (cd $build && sh -c "$(echo "$link" | sed "s| -o klamm_sim | $planted/*.o -o $planted/klamm_sim |")") || exit 2
  began=$(date +%s)
  out=$(timeout 600 "$planted/klamm_sim" --level $level --seed "$seed" --seeds "$seeds")
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
