#!/bin/sh
# Makes, for each full name that a service answers under, the .proto file and the Python stubs that a
# client of that name has: in .gen/NAME/. And the Go stubs, in go/gen/.
# Needs what ../../clients/python/install.sh and ../../clients/go/generate.sh have put in place.
set -eu
cd "$(dirname "$0")"

python=${PYTHON:-../../clients/python/.venv/bin/python}
plugins=$(cd ../../clients/go && pwd)/.plugins
rm -rf .gen go/gen

# with_package FILE PACKAGE: the contract, in that package; in none if it is empty.
with_package() {
  if [ -z "$2" ]; then cat "$1"; else sed "s/^syntax = .*/&\n\npackage $2;/" "$1"; fi
}

# client CONTRACT SERVICE PACKAGE
client() {
  name=${3:+$3.}$2
  mkdir -p ".gen/$name"
  with_package "proto/$1.proto" "$3" > ".gen/$name/$1.proto"
  "$python" -m grpc_tools.protoc --proto_path=".gen/$name" \
    --python_out=".gen/$name" --grpc_python_out=".gen/$name" "$1.proto"
}

client route_table Router ""
client route_table Router routetable
client route_guide RouteGuide ""
client route_guide RouteGuide routeguide
client route_guide RouteGuide examples
client route_guide RouteGuide grpc.example.routeguide
client route_guide RouteGuide proto

mkdir -p go/gen
module=guidepost/acceptance/seed-clients
options=module=$module/gen,Mroute_table.proto=$module/gen/routetable,Mroute_guide.proto=$module/gen/routeguide
PATH="$plugins:$PATH" "$python" -m grpc_tools.protoc --proto_path=proto \
  --go_out=go/gen --go_opt="$options" --go-grpc_out=go/gen --go-grpc_opt="$options" \
  route_table.proto route_guide.proto
