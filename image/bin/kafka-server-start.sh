#!/usr/bin/env bash
# Starts a node, as Kafka's script of this name does. With -daemon it goes to the background, and what it says to
# kafkaServer.out in LOG_DIR (else: logs beside the folder of this script).
set -o errexit -o nounset

daemon=false
words=()
for word in "$@"; do
  if [[ $word == -daemon ]]; then daemon=true; else words+=("$word"); fi
done
if ((${#words[@]} == 0)); then
  echo "USAGE: $0 [-daemon] server.properties [--override property=value]*"
  exit 1
fi

klamm=${KLAMM:-klamm}
if ! $daemon; then exec "$klamm" server "${words[@]}"; fi

folder=${LOG_DIR:-$(dirname "$(readlink -f "$0")")/../logs}
mkdir -p "$folder"
nohup "$klamm" server "${words[@]}" >"$folder/kafkaServer.out" 2>&1 </dev/null &
