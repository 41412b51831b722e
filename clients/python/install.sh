#!/bin/sh
# Makes .venv/ with the pinned packages and these clients in it, then generates the stubs.
# Safe to repeat: nothing is installed again unless pyproject.toml has changed.
set -eu
cd "$(dirname "$0")"

stamp=.venv/installed-pyproject.toml
if ! cmp -s pyproject.toml "$stamp"; then
  if ! python3 -m venv --clear .venv; then
    echo "install.sh: python3 cannot make a virtual environment; on Debian: apt install python3-venv" >&2
    exit 1
  fi
  .venv/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]'
  cp pyproject.toml "$stamp"
fi
./generate.sh
