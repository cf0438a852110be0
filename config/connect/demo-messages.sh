#!/usr/bin/env bash
# Ten JSON records to the topic demo-messages, which is created for them: demo-messages.sh [FIRST_ID] [HOST:PORT]
set -euo pipefail
first="${1:-1}"
server="${2:-127.0.0.1:9092}"
for ((id = first; id < first + 10; id++)); do
  printf '{"id":%d,"text":"message %d","sent_at":"%s"}\n' "$id" "$id" "$(date -u +%FT%TZ)"
done | kcat -b "$server" -P -t demo-messages -X acks=all
