#!/usr/bin/env bash
# Asks the nodes of this machine, or of this container, to stop, as Kafka's script of this name does: all of them, or
# those with --process-role ROLE or --node-id ID. SIGNAL in the environment says how (else TERM).
set -o errexit -o nounset

role='' id=''
while (($#)); do
  case $1 in
    --process-role=*) role=${1#*=} ;;
    --node-id=*) id=${1#*=} ;;
    --process-role) role=${2:-} && shift ;;
    --node-id) id=${2:-} && shift ;;
    *)
      echo "USAGE: $0 [--process-role ROLE] [--node-id ID]"
      exit 1
      ;;
  esac
  shift
done
if [[ -n $role && -n $id ]]; then
  echo "--node-id and --process-role are both given; it is --node-id that counts"
  role=''
fi

# The last value of a key in a server.properties, without blanks and the backslashes of `klamm container`.
setting() { sed -n "s/^[[:space:]]*${1//./\\.}[[:space:]]*[=:]//p" "$2" | tail -n 1 | tr -d '[:space:]\\'; }

# The file of a node, by the words of its command line; of one in a container, the newest that was written.
file_of() {
  local pid=$1 command=$2 file=$3
  if [[ $command == container ]]; then
    ls -t /opt/kafka/config/server.properties /etc/kafka/kafka.properties /{tmp,dev/shm}/{server,kafka}.properties \
      2>/dev/null | head -n 1
  elif [[ $file == /* ]]; then
    echo "$file"
  else
    echo "/proc/$pid/cwd/$file"
  fi
}

is_asked_for() {
  local file
  if [[ -z $role && -z $id ]]; then return 0; fi
  file=$(file_of "$@")
  if [[ -z $file || ! -r $file ]]; then return 1; fi
  if [[ -n $id ]]; then [[ $(setting node.id "$file") == "$id" ]]; else [[ $(setting process.roles "$file") == "$role" ]]; fi
}

found=false
for folder in /proc/[0-9]*; do
  pid=${folder#/proc/}
  words=()
  mapfile -t -d '' words 2>/dev/null <"$folder/cmdline" || continue
  if ((${#words[@]} < 2)) || [[ ${words[0]##*/} != klamm ]]; then continue; fi
  if [[ ${words[1]} != server && ${words[1]} != container ]]; then continue; fi
  # The first word that is not an option: overrides may stand before the file.
  file=''
  for ((i = 2; i < ${#words[@]}; i++)); do
    case ${words[i]} in
      --override | --jaas) i=$((i + 1)) ;;
      -*) ;;
      *) file=${words[i]} && break ;;
    esac
  done
  found=true
  if is_asked_for "$pid" "${words[1]}" "$file"; then kill -s "${SIGNAL:-TERM}" "$pid"; fi
done
if ! $found; then
  echo "No kafka server to stop"
  exit 1
fi
