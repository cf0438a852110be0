#!/usr/bin/env bash
# The codec proof: random instances of every message in every version, encoded by one side, decoded and
# encoded again by the other, give the same bytes. Both ways, Klamm against the Java codec of Apache Kafka
# 4.3.1, which Maven fetches into build/interop.
#
#   run.sh [PRESET] [INSTANCES]      by default: debug 200
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
preset=${1:-debug}
instances=${2:-200}
work=$root/build/interop/codec
libs=$root/build/interop/libs/4.3.1
mkdir -p "$work"

if ! command -v mvn >/dev/null || ! command -v javac >/dev/null; then
  echo "codec proof skipped: it needs Maven and a JDK (maven, openjdk-17-jdk-headless)"
  exit 0
fi
if [ ! -e "$libs/complete" ]; then
  if ! mvn -q -B -f "$here/pom.xml" -Dmaven.repo.local="$root/build/interop/maven" \
      dependency:copy-dependencies -DoutputDirectory="$libs" >"$work/maven.log" 2>&1; then
    echo "codec proof skipped: Maven cannot fetch Apache Kafka (see build/interop/codec/maven.log)"
    exit 0
  fi
  touch "$libs/complete"
fi

cd "$root"
cmake --preset "$preset" >/dev/null
ninja -C "build/$preset" klamm_codec_tool >"$work/ninja.log" || { cat "$work/ninja.log"; exit 1; }
tool=build/$preset/tests/klamm_codec_tool
javac -d "$work/classes" -cp "$libs/*" "$here"/*.java
proof() { java -XX:TieredStopAtLevel=1 -cp "$work/classes:$libs/*" CodecProof "$@" 2>>"$work/java.log"; }

failed=0
: >"$work/java.log"
"$tool" list >"$work/messages.txt"
proof compare "$work/messages.txt" || failed=1
proof write "$work/messages.txt" "$instances" "$work/kafka.bin" || failed=1
"$tool" recode "$work/kafka.bin" | tail -n 20 || failed=1
"$tool" write "$instances" "$work/klamm.bin" || failed=1
proof recode "$work/klamm.bin" | tail -n 20 || failed=1
if [ $failed -ne 0 ]; then tail -n 20 "$work/java.log"; fi
exit $failed
