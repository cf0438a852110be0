#!/usr/bin/env bash
# Compares our validation of Produce batches with Apache Kafka's own classes: batches that Kafka makes and batches that
# we make, good ones and spoilt ones, in every codec and under every rule. Both sides say of each what becomes of
# it, down to the CRC of the bytes that go to the log; the lines must be the same.
#
#   run.sh [COUNT [SEED]]     CLASSPATH, if set, names Kafka's jars; else Maven fetches them.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$here/../../.."
count="${1:-20000}" seed="${2:-$RANDOM}"
work="$root/build/interop-batch"
mkdir -p "$work"

cmake -S "$root" --preset release >"$work/cmake.log"
ninja -C "$root/build/release" klamm_batch_tool >"$work/ninja.log"
tool="$root/build/release/tests/klamm_batch_tool"

if [[ -z "${CLASSPATH:-}" ]]; then
  mvn -q -B -f "$here/pom.xml" dependency:build-classpath "-Dmdep.outputFile=$work/classpath" >"$work/mvn.log"
  CLASSPATH="$(<"$work/classpath")"
fi
javac -cp "$CLASSPATH" -d "$work" "$here/BatchJudge.java"
kafka() { java -cp "$CLASSPATH:$work" BatchJudge "$@" 2>"$work/java.log"; }

# Two kinds of line may differ. Where Kafka has to write a batch anew it may fail for want of the keys, which is a bug
# of its own. And of a batch that is spoilt twice, in its stream and in its records, we may name the other one.
compare() {
  paste -d'|' "$1.ours" "$1.kafka" | awk -F'|' -v name="$2" '
    $1 == $2 { same++; if ($1 ~ /^accepted/) accepted++; next }
    $2 == "failed to rewrite" { rewrites++; next }
    $1 ~ /^refused (-1|87)/ && $2 ~ /^refused (-1|87)/ { order++; next }
    { print NR ": ours:  " $1; print NR ": kafka: " $2; differ++ }
    END {
      printf "%s: %d batches, %d accepted alike, %d that Kafka fails to rewrite, %d spoilt twice, %d differ\n",
             name, NR, accepted, rewrites, order, differ
      exit differ > 0 || accepted == 0
    }'
}

echo "seed $seed"
"$tool" make "$work/klamm" "$seed" "$count"
kafka make "$work/kafka" "$seed" "$count"
status=0
for maker in klamm kafka; do
  "$tool" judge "$work/$maker" >"$work/$maker.ours"
  kafka judge "$work/$maker" >"$work/$maker.kafka"
  compare "$work/$maker" "made by $maker" || status=1
done
exit $status
