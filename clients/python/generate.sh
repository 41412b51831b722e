#!/bin/sh
# Generates what git does not hold: the seeds' messages and stubs of ../../proto into src/, for the tutorial programs, and
# what library/generate.py makes.
# Runs with the Python of .venv if install.sh made one; another: PYTHON=python3 ./generate.sh
set -eu
cd "$(dirname "$0")"

python=${PYTHON:-.venv/bin/python}
proto=../../proto
rm -rf src/guidepost src/routeguide src/routetable
files=$(cd "$proto" && find routeguide routetable -name '*.proto')
# shellcheck disable=SC2086  # a list of file names without blanks
"$python" -m grpc_tools.protoc --proto_path="$proto" --python_out=src --pyi_out=src --grpc_python_out=src $files
"$python" library/generate.py
