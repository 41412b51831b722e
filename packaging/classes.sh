#!/usr/bin/env bash
# Writes packaging/tar/classes.txt, the classes of a first start, which package.sh makes an archive of: those that a command
# loads, and those that a server loads before it listens. What the web port loads after that is not among them: it would make the
# package larger than it may be, and nobody waits for it. To be run again when libraries have changed; a class that is there no
# more does no harm, and one that is missing is loaded from its jar, which takes longer.
#
#   packaging/classes.sh FOLDER       the unpacked tar
set -euo pipefail

home=$(cd "${1:?usage: packaging/classes.sh FOLDER}" && pwd)
here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
server=
stop() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
export LC_ALL=C.UTF-8

# recording NAME: options of a virtual machine that lists what it loads, from its jar, in a file of that name.
recording() {
  printf -- '-Xshare:off -XX:DumpLoadedClassList=%s' "$work/$1.list"
}
: >"$work/log"
GUIDEPOST_CACHE=$work/none GUIDEPOST_JAVA_OPTS=$(recording server) "$home/bin/guidepost" serve --data "$work/data" \
  --listen 127.0.0.1:0 --web-enabled false >"$work/log" 2>&1 &
server=$!
until grep -q '^listening on' "$work/log"; do
  kill -0 "$server" || { cat "$work/log" >&2 && exit 1; }
  sleep 0.05
done
address=$(sed -n 's/^listening on \[\([^],]*\).*/\1/p' "$work/log")
number=0
# list COMMAND...: what it loads.
list() {
  number=$((number + 1))
  GUIDEPOST_CACHE=$work/none GUIDEPOST_JAVA_OPTS=$(recording $number) "$home/bin/guidepost" "$@" \
    --server "$address" >/dev/null
}
list route add 203.0.113.0/24 --nh 198.51.100.1
list route list
list route get 203.0.113.1
list status
kill "$server"
wait "$server"
server=
# By name only, in order, so that the same classes are the same list; without those that are made at run time.
cat "$work"/*.list | sed -e '/^#/d; /source:/d; /^@lambda-form-invoker/d; /^@cp/d; s/^\([^@ ]*\) .*/\1/' |
  grep -vE '0x0|\$Proxy[0-9]|^[^@]*\$\$Lambda|LambdaForm\$[A-Z]*MH' | LC_ALL=C sort -u >"$here/tar/classes.txt"
printf 'packaging/tar/classes.txt: %d lines\n' "$(wc -l <"$here/tar/classes.txt")"
