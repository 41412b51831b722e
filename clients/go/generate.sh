#!/bin/sh
# Generates the Go messages and stubs of ../../proto into gen/. They are checked in, so that Go
# alone builds the clients; run this when proto/ has changed.
# `generate.sh --check` changes nothing and fails if gen/ is not what proto/ says.
# `generate.sh --prepare` only builds the generators.
#
# Needs Go, and protoc as it comes with Python's grpcio-tools: the one that
# ../python/install.sh puts into ../python/.venv. Another: PYTHON=python3 ./generate.sh
set -eu
cd "$(dirname "$0")"

python=${PYTHON:-../python/.venv/bin/python}
proto=../../proto
module=github.com/guidepost-server/guidepost/clients/go
plugins=$PWD/.plugins
target=gen
if [ "${1:-}" = --check ]; then
  target=$(mktemp -d)
  trap 'rm -rf "$target"' EXIT
fi

# The versions of the plugins are the ones in go.mod.
mkdir -p "$plugins"
GOBIN="$plugins" go install google.golang.org/protobuf/cmd/protoc-gen-go \
  google.golang.org/grpc/cmd/protoc-gen-go-grpc

[ "${1:-}" != --prepare ] || exit 0

# The storage format is the server's own business.
files=$(cd "$proto" && find guidepost routeguide routetable -name '*.proto' ! -path '*/storage/*' | sort)
options=module=$module/gen
for file in $files; do
  options="$options,M$file=$module/gen/$(dirname "$file")"
done
[ "$target" != gen ] || rm -rf gen
mkdir -p "$target"
# Where Python's googleapis-common-protos has google/api/*.proto.
google=$("$python" -c 'import google.api as api; print(next(iter(api.__path__)) + "/../..")')
# shellcheck disable=SC2086  # a list of file names without blanks
PATH="$plugins:$PATH" "$python" -m grpc_tools.protoc --proto_path="$proto" --proto_path="$google" \
  --go_out="$target" --go_opt="$options" --go-grpc_out="$target" --go-grpc_opt="$options" $files

if [ "$target" != gen ] && ! diff -r gen "$target" >&2; then
  echo "clients/go/gen is not what proto/ says: run clients/go/generate.sh" >&2
  exit 1
fi
