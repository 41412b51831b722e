#!/usr/bin/env bash
# Measures what a package of the program promises, from the packed folder in packaging/target: its size, from unpacking to the
# first answer, an empty server's memory, a command.
#
#   packaging/numbers.sh [TIMES]     each measured so many times; default 5. The least is told, and the middle one
#
# Wall times are of this machine as busy as it is; processor times hardly depend on others. Sizes mean something only if
# GUIDEPOST_PACKAGE_LEVEL was not set.
set -euo pipefail

times=${1:-5}
packages=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)/target
work=$(mktemp -d)
server=
stop() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

die() {
  printf 'numbers.sh: %s\n' "$*" >&2
  exit 2
}

millis() {
  date +%s%3N
}

# row WHAT ASKED UNIT VALUE...: a row of the table, with the least and the middle one.
row() {
  local what=$1 asked=$2 unit=$3 sorted
  shift 3
  mapfile -t sorted < <(printf '%s\n' "$@" | sort -n)
  printf '| %s | %s %s | %s %s | %s |\n' "$what" "${sorted[0]}" "$unit" "${sorted[$((${#sorted[@]} / 2))]}" "$unit" "$asked"
}

# start DATA: a server with the web port; $server, $address.
start() {
  : >"$work/log"
  "$program" serve --data "$1" --listen 127.0.0.1:0 --web-listen 127.0.0.1:0 >"$work/log" 2>&1 &
  server=$!
  until grep -q '^listening on' "$work/log"; do
    kill -0 "$server" 2>/dev/null || die "$(cat "$work/log")"
    sleep 0.01
  done
  address=$(sed -n 's/^listening on \[\([^],]*\).*/\1/p' "$work/log")
}

end() {
  kill "$server"
  wait "$server" || die "$(cat "$work/log")"
  server=
}

# of_children: processor milliseconds of what this shell has started and waited for.
of_children() {
  awk '{ print ($16 + $17) * 10 }' "/proc/$$/stat"
}

tar=$(find "$packages" -maxdepth 1 -name 'guidepost-*.tar.zst' | head -1)
deb=$(find "$packages" -maxdepth 1 -name 'guidepost_*.deb' | head -1)
[[ -n $tar ]] || die "there is no tar in $packages: ./guidepost package tar"
printf '%s, %s processors, load %s\n\n' "$(date --utc +%Y-%m-%d)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)"
printf '| | least | middle of %s | asked |\n|---|---|---|---|\n' "$times"
row tar '<= 55 MB' MB "$(stat -c %s "$tar" | awk '{ printf "%.1f", $1 / 1e6 }')"
[[ -z $deb ]] || row deb '<= 60 MB' MB "$(stat -c %s "$deb" | awk '{ printf "%.1f", $1 / 1e6 }')"

first=() cold=() coldcpu=()
for ((i = 0; i < times; i++)); do
  rm -rf "$work/home" "$work/data"
  mkdir "$work/home"
  begun=$(millis)
  tar --zstd --extract --file="$tar" --directory="$work/home"
  program=$(echo "$work"/home/guidepost-*/bin/guidepost)
  start "$work/data"
  "$program" route add 203.0.113.0/24 --nh 198.51.100.1 --server "$address" >/dev/null
  first+=($(($(millis) - begun)))
  before=$(of_children) begun=$(millis)
  "$program" route list --server "$address" >/dev/null
  cold+=($(($(millis) - begun)))
  coldcpu+=($(($(of_children) - before)))
  end
done
row 'from unpacking to the first answer' '<= 2,000 ms' ms "${first[@]}"
row 'a command, before guidepost-warm' '' ms "${cold[@]}"
row 'the same, processor' '' ms "${coldcpu[@]}"

# memory WHAT ASKED: of an empty server, half a minute after its start.
memory() {
  local resident=() own=() i
  for ((i = 0; i < times; i++)); do
    rm -rf "$work/data"
    start "$work/data"
    until grep -q 'web port on ' "$work/log"; do
      sleep 0.01
    done
    sleep 30
    resident+=("$(awk '/^Rss/ { printf "%d", $2 / 1000 }' "/proc/$server/smaps_rollup")")
    own+=("$(awk '/^Anonymous/ { printf "%d", $2 / 1000 }' "/proc/$server/smaps_rollup")")
    end
  done
  row "memory of an empty server, resident, $1" "$2" MB "${resident[@]}"
  row 'of that not mapped from files' '' MB "${own[@]}"
}

memory 'before guidepost-warm' ''
"$program-warm"
memory warm '<= 160 MB'

start "$work/data"
"$program" route add 203.0.113.0/24 --nh 198.51.100.1 --server "$address" >/dev/null
warm=() warmcpu=()
for ((i = 0; i < 4 * times; i++)); do
  before=$(of_children) begun=$(millis)
  "$program" route list --server "$address" >/dev/null
  warm+=($(($(millis) - begun)))
  warmcpu+=($(($(of_children) - before)))
done
end
row 'a command' '<= 350 ms' ms "${warm[@]}"
row 'the same, processor' '' ms "${warmcpu[@]}"
