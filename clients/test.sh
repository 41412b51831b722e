#!/usr/bin/env bash
# Runs the Python and Go clients, their tests, and the seeds' clients against a running server.
#
#   GUIDEPOST_SERVER=127.0.0.1:50051 clients/test.sh
#   clients/test.sh --prepare     installs and builds what is needed, without a server, and tests nothing
#   clients/test.sh --long        the long tests of the libraries too: servers that are killed and restored, millions of addresses
#
# Needs python3 (with venv), go and node (with npm). Everything else is installed into directories
# that git ignores, once. The server may hold any data, but no better path to 192.168.100.0/24 than
# via 168.192.100.1 metric 1, and no feature at 0,0. The tests leave routes, features and notes
# there, so it should not be one that people use. They list the whole table some fifty times: less
# than a minute for a small one, several minutes for one of 100,000 routes.
#
# The demonstration data of the route guide are put there first and then expected, if they are to
# be had: GUIDEPOST_ROUTE_GUIDE_DB names the file (an array of features; default: the one in
# ../shared/data beside this repository). Without it those checks are skipped.
#
# Prints a line for each test and ends with "N passed, M failed"; exit code 1 if any failed.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python_dir=$root/clients/python
go_dir=$root/clients/go
seeds_dir=$root/acceptance/seed-clients
python=$python_dir/.venv/bin/python

only_prepare= long=
case ${1:-} in
  --prepare) only_prepare=yes ;;
  --long)
    long=--long
    export GUIDEPOST_LONG=yes
    ;;
esac
if [ -z "$only_prepare" ] && [ -z "${GUIDEPOST_SERVER:-}" ]; then
  echo "test.sh: GUIDEPOST_SERVER must name a running server: HOST:PORT" >&2
  exit 2
fi
export GUIDEPOST_SERVER="${GUIDEPOST_SERVER:-}"
for tool in python3 go node npm; do
  if ! command -v "$tool" > /dev/null; then
    echo "test.sh: $tool is not installed" >&2
    exit 2
  fi
done
# A proxy for the outside is no way to a server on this machine.
export no_proxy="${no_proxy:+$no_proxy,}localhost,127.0.0.1,::1"
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"

database=${GUIDEPOST_ROUTE_GUIDE_DB-$root/../shared/data/guide/route_guide_db.array.json}
[ -f "$database" ] || database=

# Ends what hangs, and says nothing of how fast a machine is: sixty times what the slowest test takes on a quiet one. It is the only
# limit: go test has one of ten minutes for all tests of a package together.
patience=$((600 * ${GUIDEPOST_PATIENCE:-1}))

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

pass() { passed=$((passed + 1)); echo "pass  $1"; }
fail() { failed=$((failed + 1)); echo "FAIL  $1"; }
skip() { skipped=$((skipped + 1)); echo "skip  $1"; }

# prepare WHAT COMMAND...: installs or builds something without which nothing can be tested.
prepare() {
  local what=$1
  shift
  [ -z "$only_prepare" ] || echo "preparing $what"
  if ! "$@" > "$work/prepare.log" 2>&1; then
    cat "$work/prepare.log" >&2
    echo "test.sh: cannot prepare $what" >&2
    exit 2
  fi
}

# start NAME COMMAND...: begins a test; finish waits for all that have begun and reports them.
names=() pids=()
start() {
  local log=$work/${#names[@]}.log
  names+=("$1")
  shift
  timeout "$patience" "$@" > "$log" 2>&1 < /dev/null &
  pids+=($!)
}

finish() {
  local i
  for i in "${!pids[@]}"; do
    local status=0
    wait "${pids[$i]}" || status=$?
    if [ "$status" -eq 0 ]; then
      pass "${names[$i]}"
    else
      fail "${names[$i]}$([ "$status" -ne 124 ] || echo ": no end within $patience s")"
      tail -n 40 "$work/$i.log" | sed 's/^/      /'
    fi
  done
  names=() pids=()
}

# check NAME COMMAND...: one test on its own.
check() { start "$@" && finish; }

# report LANGUAGE LOG STATUS: counts "pass|FAIL|skip NAME" lines; shows the log if a test failed.
report() {
  local verdict name counted=0 failed_before=$failed
  while read -r verdict name; do
    counted=$((counted + 1))
    "${verdict,,}" "$1: $name"
  done
  if [ "$3" -ne 0 ] && { [ "$counted" -eq 0 ] || [ "$failed" -eq "$failed_before" ]; }; then
    fail "$1: the tests did not run to their end"
  fi
  [ "$3" -eq 0 ] || sed 's/^/      /' "$2"
}

not_formatted() { # the Go files that gofmt would change
  gofmt -l "$go_dir/cmd" "$go_dir/guidepost" "$go_dir/internal" "$go_dir"/*_test.go "$seeds_dir/go/cmd" \
    "$seeds_dir/go/internal"
}

install_node_modules() {
  cd "$seeds_dir/node" || return
  if ! cmp -s package.json node_modules/installed-package.json; then
    npm install --no-audit --no-fund --loglevel=error && cp package.json node_modules/installed-package.json
  fi
}

### What is needed

prepare "the Python clients" "$python_dir/install.sh"
prepare "the Go clients" go -C "$go_dir" build -o bin/ ./cmd/...
prepare "the Go code generators" "$go_dir/generate.sh" --prepare
prepare "the stubs of the seeds' clients" "$seeds_dir/generate.sh"
prepare "the seeds' Go clients" go -C "$seeds_dir/go" build -o bin/ ./cmd/...
prepare "the seeds' Node clients" install_node_modules
if [ -n "$only_prepare" ]; then
  prepare "the Go clients' tests" go -C "$go_dir" test -c -o /dev/null .
  prepare "the Go library's tests" go -C "$go_dir" test -run '^$' -exec true ./guidepost ./cmd/guidepost-enrich
  exit 0
fi
check "go: the generated code is what proto/ says" "$go_dir/generate.sh" --check
if ! "$python" -m guidepost_clients.routing_client --lookup-only --wait "$patience" > "$work/first.log" 2>&1; then
  cat "$work/first.log" >&2
  exit 2
fi
if [ -n "$database" ]; then
  check "the demonstration data are put" "$python" "$python_dir/tests/put_features.py" "$database"
else
  skip "the demonstration data: no file (GUIDEPOST_ROUTE_GUIDE_DB)"
fi

### The clients' own tests

# The libraries' tests wait for each other's servers hardly ever, and for this machine mostly: beside those that wait.
(cd "$python_dir/library" && timeout "$((2 * patience))" "$python" -m pytest -v --color=no -p no:cacheprovider $long) \
  > "$work/pylibrary.log" 2>&1 &
python_library=$!
# Files of tests in one package run one after the other; the packages at once. The race detector doubles what is compiled.
timeout "$((2 * patience))" go -C "$go_dir" test -timeout 0 -count=1 -v ${long:+-race} ./guidepost ./cmd/guidepost-enrich \
  > "$work/golibrary.log" 2>&1 &
go_library=$!
start "python library: types" env MYPYPATH="$python_dir/library/src:$python_dir/library/tests" "$python" -m mypy --config-file "$python_dir/library/pyproject.toml" \
  --cache-dir "$work/mypy" -p guidepost -m typed_program

export GUIDEPOST_GO_ROUTE_GUIDE_CLIENT=$go_dir/bin/route_guide_client
(cd "$python_dir" && timeout "$((2 * patience))" "$python" -m pytest -v --color=no -p no:cacheprovider) > "$work/pytest.log" 2>&1
status=$?
report python "$work/pytest.log" "$status" < <(sed -nE \
  -e 's/^tests\/(.*) PASSED +\[.*/pass \1/p' \
  -e 's/^tests\/(.*) (FAILED|ERROR) +\[.*/FAIL \1/p' \
  -e 's/^tests\/(.*) SKIPPED .*\[.*/skip \1/p' "$work/pytest.log")

status=0
wait "$python_library" || status=$?
report "python library" "$work/pylibrary.log" "$status" < <(sed -nE \
  -e 's/^tests\/(.*) PASSED +\[.*/pass \1/p' \
  -e 's/^tests\/(.*) (FAILED|ERROR) +\[.*/FAIL \1/p' \
  -e 's/^tests\/(.*) SKIPPED .*\[.*/skip \1/p' "$work/pylibrary.log")
status=0
wait "$go_library" || status=$?
report "go library" "$work/golibrary.log" "$status" < <(sed -nE \
  -e 's/^--- PASS: ([^ ]+).*/pass \1/p' \
  -e 's/^--- FAIL: ([^ ]+).*/FAIL \1/p' \
  -e 's/^--- SKIP: ([^ ]+).*/skip \1/p' "$work/golibrary.log")
finish

timeout "$((2 * patience))" go -C "$go_dir" test -timeout 0 -count=1 -v . > "$work/go.log" 2>&1
status=$?
report go "$work/go.log" "$status" < <(sed -nE \
  -e 's/^--- PASS: ([^ ]+).*/pass \1/p' \
  -e 's/^--- FAIL: ([^ ]+).*/FAIL \1/p' \
  -e 's/^--- SKIP: ([^ ]+).*/skip \1/p' "$work/go.log")

check "go: formatted" test -z "$(not_formatted)"
check "go: vet" go -C "$go_dir" vet ./...
check "go: vet, the seeds' clients" go -C "$seeds_dir/go" vet ./...

### The tutorial clients: twice in a row, and three at once

for program in routing_client routing_client_async route_guide_client route_guide_client_async; do
  for run in first second; do
    check "python $program, $run run" "$python" -m "guidepost_clients.$program"
  done
  for run in one two three; do
    start "python $program, number $run at once" "$python" -m "guidepost_clients.$program"
  done
  finish
done
for program in routing_client route_guide_client; do
  for run in first second; do
    check "go $program, $run run" "$go_dir/bin/$program"
  done
  for run in one two three; do
    start "go $program, number $run at once" "$go_dir/bin/$program"
  done
  finish
done

### The seeds' clients: three languages at once for each name of the service, all of it twice

for run in first second; do
  for service in Router routetable.Router; do
    start "seed python routing client, $service, $run run" \
      "$python" "$seeds_dir/python/routing_client.py" --server "$GUIDEPOST_SERVER" --service "$service"
    start "seed go routing client, $service, $run run" \
      "$seeds_dir/go/bin/seed_routing_client" -server "$GUIDEPOST_SERVER" -service "$service"
    start "seed node routing client, $service, $run run" \
      node "$seeds_dir/node/routing_client.js" --server "$GUIDEPOST_SERVER" --service "$service"
    finish
  done
  for service in routeguide.RouteGuide examples.RouteGuide grpc.example.routeguide.RouteGuide \
    proto.RouteGuide RouteGuide; do
    start "seed python route-guide client, $service, $run run" \
      "$python" "$seeds_dir/python/route_guide_client.py" --server "$GUIDEPOST_SERVER" \
      --service "$service" ${database:+--database "$database"}
    start "seed go route-guide client, $service, $run run" \
      "$seeds_dir/go/bin/seed_route_guide_client" -server "$GUIDEPOST_SERVER" -service "$service"
    start "seed node route-guide client, $service, $run run" \
      node "$seeds_dir/node/route_guide_client.js" --server "$GUIDEPOST_SERVER" --service "$service"
    finish
  done
done

[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
