#!/usr/bin/env bash
# The whole test suite: `./guidepost test [--long]` calls it with the JDK to use.
#
#   1  every module's tests, and the black-box tests against real server processes
#   2  beside the last modules' tests the format of every file, the wire contracts' lint, the libraries' documentation, and
#      what the clients need
#   3  beside the black-box tests the Python, Go and Node clients against a real server, and then the pages in a real browser
#
# --long adds the soak, crash and fuzz tests (Maven property guidepost.long), those of the clients' libraries, ten minutes of
# random requests to the web port, the recipes for other programs, several servers that are upgraded one after the other, and
# what is packed.
set -euo pipefail

jdk=${1:?usage: ./guidepost test [--long]}
long=
shift
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

options=()
for argument in "$@"; do
  case $argument in
    --long) options+=(-Dguidepost.long=true) long=--long ;;
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

# A test waits a lot, so the clients' tests run beside the black-box tests, as soon as there is a program.
work=$(mktemp -d)
build=
format=
contracts=
clients=
pages=
server=
stop() {
  local process
  for process in $build $format $contracts $clients $pages $server; do
    kill "$process" 2>/dev/null && wait "$process" || true
  done
  rm -rf "$work"
}
trap stop EXIT

printf '== modules and acceptance\n'
web/build.sh --prepare 2>"$work/pages-prepared" & # what the pages need is fetched while the first modules are compiled
pages=$!
mkdir -p cli/target
touch cli/target/begun
GUIDEPOST_JAVA_HOME=$jdk ./guidepost maven -T 2 -Dformat.skip verify "${options[@]}" &
build=$!
# True once one of these files is newer than the beginning, or the build is over.
is_made() {
  local file
  for file in "$@"; do
    [[ ! $file -nt cli/target/begun ]] || return 0
  done
  ! kill -0 "$build" 2>/dev/null
}
# Few modules are left then, one after the other. Not before: on a bare machine two Mavens would fetch the same plugins
# into the same place.
until is_made client/target/client-*.jar cli/target/server.aot; do
  sleep 0.5
done
GUIDEPOST_JAVA_HOME=$jdk ./guidepost maven -q -N initialize >"$work/format" 2>&1 &
format=$!
proto/lint.sh >"$work/contracts" 2>&1 &
contracts=$!
clients/test.sh --prepare >"$work/prepared" 2>&1 & # what fails is tried again, and said, by the tests
clients=$!
until is_made cli/target/server.aot; do
  sleep 0.5
done
wait "$clients" || true
clients=

failed=
if [[ cli/target/server.aot -nt cli/target/begun ]]; then
  mv cli/target/begun cli/target/built
  acceptance/javadoc.sh "$jdk" >"$work/javadoc" 2>&1 || {
    failed+=', documentation'
    cat "$work/javadoc" >&2
  }
  GUIDEPOST_JAVA_HOME=$jdk ./guidepost serve --data "$work/data" --listen 127.0.0.1:0 --web-listen 127.0.0.1:0 \
    >"$work/out" 2>"$work/err" &
  server=$!
  until grep -q '^listening on' "$work/out" || ! kill -0 "$server" 2>/dev/null; do
    sleep 0.1
  done
  address=$(sed -n 's/^listening on \[\([^],]*\).*/\1/p' "$work/out")
  if [[ -n $address ]]; then
    GUIDEPOST_SERVER=$address clients/test.sh $long >"$work/clients" 2>&1 || failed+=', clients'
    wait "$pages" || true
    pages=
    web/test.sh $long >"$work/pages" 2>&1 || failed+=', pages'
    if [[ -n $long ]]; then
      until grep -q 'web port on ' "$work/err"; do
        sleep 0.1
      done
      web=$(sed -n 's|.*web port on http://||p' "$work/err")
      docs/integrations/test.sh "$web" >"$work/recipes" 2>&1 || failed+=', recipes'
      cat "$work/recipes"
      acceptance/http-fuzz.sh "$web" 600 >"$work/fuzz" 2>&1 || {
        failed+=', random requests to the web port'
        cat "$work/fuzz" >&2
      }
    fi
    kill -TERM "$server"
    wait "$server" || failed+=', the end of the server for the clients'
  else
    failed+=', the start of the server for the clients'
  fi
  server=
else
  failed+=', the program'
fi
wait "$build" || failed+=', modules and acceptance'
build=
if ! wait "$format"; then
  failed+=', format (./guidepost format mends it)'
  cat "$work/format" >&2
fi
format=
if [[ -n $long ]]; then
  printf '== upgrade of several servers\n'
  if git rev-parse --verify --quiet HEAD~1 >/dev/null; then
    GUIDEPOST_JAVA_HOME=$jdk cluster-acceptance/upgrade.sh || failed+=', upgrade'
  else
    printf 'SKIPPED: the build before needs the history of the repository, which is absent\n'
  fi
  printf '== packages\n'
  export GUIDEPOST_JAVA_HOME=$jdk GUIDEPOST_PACKAGE_LEVEL=3
  { ./guidepost package all && packaging/test.sh && packaging/deploy/test.sh && packaging/reproduce.sh; } ||
    failed+=', packages'
fi
if [[ ! -d ../shared/data ]]; then
  printf 'SKIPPED: tests that need ../shared/data, which is absent\n'
fi

printf '== contracts\n'
wait "$contracts" || failed+=', contracts'
contracts=
cat "$work/contracts"

printf '== clients\n'
[[ ! -e $work/clients ]] || cat "$work/clients"

printf '== pages\n'
[[ ! -e $work/pages ]] || cat "$work/pages"

if [[ -n $failed ]]; then
  [[ ! -e $work/err ]] || cat "$work/err" >&2
  printf 'guidepost test: failed: %s\n' "${failed#, }" >&2
  exit 1
fi
printf '== all passed\n'
