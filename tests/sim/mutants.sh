#!/bin/sh
# Plants every bug of tests/sim/mutants.md, mutants_groups.md or mutants_cluster.md, runs the simulator on fresh seeds,
# and says how many it catches.
# Usage: tests/sim/mutants.sh [quorum|groups|cluster] [seeds per bug] [name ...]
#
# Builds klamm_sim once, and for each bug only the files that name it: their objects go before the libraries.
# The same seeds run without a bug first: what fails by itself catches nothing. SEED= says where they begin.
# KEEP= names a file that has what was found so far, a line for each bug: started again with it, and with the same
# simulator, this goes on where it was. SECONDS_EACH= (600) is how long the seeds of one bug may take.
set -u
case "${KEEP:-/dev/null}" in /*) keep=${KEEP:-/dev/null} ;; *) keep=$PWD/$KEEP ;; esac
cd "$(dirname "$0")/../.."
level=quorum
case "${1:-}" in quorum | groups | cluster) level=$1 && shift ;; esac
case $level in
  quorum) rooms=raft headers=raft/mutants.h ;;
  groups) rooms=broker/group headers=broker/group/mutants.h ;;
  cluster) rooms="broker storage raft" headers="base/mutants.h raft/mutants.h broker/group/mutants.h" ;;
esac
# An hour of whole servers takes half a minute or more: a hundred of them would be an hour for each bug.
[ $level = cluster ] && seeds=${1:-20} || seeds=${1:-100}
[ $# -gt 0 ] && shift
listed=$(sed -n 's/^| [0-9]* | `\([A-Z_]*\)`.*/\1/p' tests/sim/mutants_cluster.md)
[ $level = cluster ] || listed=$(sed -n 's/^#ifdef KLAMM_MUTANT_//p' $headers)
names=${*:-$listed}

build=build/release
planted=$PWD/build/mutants
cmake --preset release >/dev/null && ninja -C $build klamm_sim >/dev/null || exit 2
link=$(ninja -C $build -t commands klamm_sim | grep -- '-o klamm_sim ')

seconds=${SECONDS_EACH:-600}
seed=${SEED:-$(date +%s)}
[ -s "$keep" ] && seed=$(sed -n '1s/.* seed \([0-9]*\) .*/\1/p' "$keep")
conditions="$level, seed $seed and $seeds in all, of $(sha256sum <$build/klamm_sim | cut -c1-16)"
if [ ! -s "$keep" ]; then
  echo "$conditions" >"$keep"
elif [ "$(head -1 "$keep")" != "$conditions" ]; then
  echo "$keep has what was found by $(head -1 "$keep"), and not by $conditions: give another file" >&2
  exit 2
fi
echo "seeds $seed to $((seed + seeds - 1))"
if ! grep -q '^without a bug: content' "$keep"; then
  if ! "$build/klamm_sim" --level $level --seed "$seed" --seeds "$seeds"; then
    echo "without a planted bug the simulator is not content with these seeds: it would catch everything" >&2
    exit 2
  fi
  echo "without a bug: content" >>"$keep"
fi

caught=0
total=0
for name in $names; do
  total=$((total + 1))
  line=$(grep "^$name: " "$keep")
  if [ -n "$line" ]; then
    echo "$line"
    case $line in "$name: caught"*) caught=$((caught + 1)) ;; esac
    continue
  fi
  rm -rf "$planted" && mkdir -p "$planted"
  constant=$(sed -n "/KLAMM_MUTANT_$name\$/{n;s/.* bool \(k[A-Za-z]*\) .*/\1/p}" $headers)
  [ -n "$constant" ] || { echo "$name: there is no such switch in $headers" >&2 && exit 2; }
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
  out=$(timeout "$seconds" "$planted/klamm_sim" --level $level --seed "$seed" --seeds "$seeds")
  status=$?
  took=$(($(date +%s) - began))
  case $status in
    1)
      caught=$((caught + 1))
      line="$name: caught in $took s. $(echo "$out" | grep FAILED) [$(echo "$out" | tail -1 | sed 's/^ *//')]"
      ;;
    0) line="$name: NOT caught in $seeds seeds ($took s)" ;;
    124) line="$name: NOT caught in $took s, in which not all of the $seeds seeds were run" ;;
    132 | 134 | 136 | 139)
      caught=$((caught + 1))
      line="$name: caught in $took s. The simulator ended by signal $((status - 128))"
      ;;
    *) exit $status ;; # it was ended from outside, or never began
  esac
  echo "$line"
  printf '%s\n' "$(printf '%s' "$line" | tr '\n' ' ')" >>"$keep"
done
echo "caught $caught of $total"
[ $((caught * 100)) -ge $((total * 95)) ]
