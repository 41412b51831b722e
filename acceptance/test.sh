#!/usr/bin/env bash
# The whole test suite: `./guidepost test [--long]` calls it with the JDK to use.
#
#   1  every module's tests, and the black-box tests against real server processes
#   2  the wire contracts' lint
#   3  the Python, Go and Node clients against a real server
#
# --long adds the soak, crash and fuzz tests (Maven property guidepost.long).
set -euo pipefail

jdk=${1:?usage: ./guidepost test [--long]}
shift
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

options=()
for argument in "$@"; do
  case $argument in
    --long) options+=(-Dguidepost.long=true) ;;
    *)
      printf 'guidepost test: unknown option %s; there is only --long\n' "$argument" >&2
      exit 2
      ;;
  esac
done
for tool in mvn python3 go node npm; do
  command -v "$tool" >/dev/null || {
    printf 'guidepost test: needs %s, which is not installed\n' "$tool" >&2
    exit 2
  }
done

printf '== modules and acceptance\n'
mkdir -p cli/target
touch cli/target/begun
GUIDEPOST_JAVA_HOME=$jdk ./guidepost maven -T 2 verify "${options[@]}"
mv cli/target/begun cli/target/built
if [[ ! -d ../shared/data ]]; then
  printf 'SKIPPED: tests that need ../shared/data, which is absent\n'
fi

printf '== contracts\n'
proto/lint.sh

printf '== clients\n'
work=$(mktemp -d)
server=
stop() {
  if [[ -n $server ]]; then
    kill "$server" 2>/dev/null && wait "$server" || true
  fi
  rm -rf "$work"
}
trap stop EXIT

GUIDEPOST_JAVA_HOME=$jdk ./guidepost serve --data "$work/data" --listen 127.0.0.1:0 >"$work/out" 2>"$work/err" &
server=$!
for ((i = 0; i < 300; i++)); do
  grep -q '^listening on' "$work/out" && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
address=$(sed -n 's/^listening on \[\([^],]*\).*/\1/p' "$work/out")
if [[ -z $address ]]; then
  cat "$work/out" "$work/err" >&2
  printf 'guidepost test: the server for the clients did not start\n' >&2
  exit 1
fi
GUIDEPOST_SERVER=$address clients/test.sh

kill -TERM "$server"
if ! wait "$server"; then
  cat "$work/err" >&2
  printf 'guidepost test: the server did not end with 0\n' >&2
  exit 1
fi
server=
