#!/bin/sh
# Generates the Python messages and stubs of ../../proto into src/, where git ignores them.
# Runs with the Python of .venv if install.sh made one; another: PYTHON=python3 ./generate.sh
set -eu
cd "$(dirname "$0")"

python=${PYTHON:-.venv/bin/python}
proto=../../proto
rm -rf src/guidepost src/routeguide src/routetable
# The storage format is the server's own business.
files=$(cd "$proto" && find guidepost routeguide routetable -name '*.proto' ! -path '*/storage/*')
# Where googleapis-common-protos has google/api/*.proto.
google=$("$python" -c 'import google.api as api; print(next(iter(api.__path__)) + "/../..")')
# shellcheck disable=SC2086  # a list of file names without blanks
"$python" -m grpc_tools.protoc --proto_path="$proto" --proto_path="$google" \
  --python_out=src --pyi_out=src --grpc_python_out=src $files
