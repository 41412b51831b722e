#!/bin/sh
# Makes .venv/ with the pinned packages and these clients in it, then generates the stubs.
# Safe to repeat: nothing is installed again unless pyproject.toml has changed.
set -eu
cd "$(dirname "$0")"

stamp=.venv/installed-pyproject.toml
if ! cmp -s pyproject.toml "$stamp"; then
  # A pip that is there already can install into it; making it one of its own takes seconds.
  if python3 -m pip --python "$(command -v python3)" --version >/dev/null 2>&1 &&
    python3 -m venv --clear --without-pip .venv; then
    pip="python3 -m pip --python .venv/bin/python"
  elif python3 -m venv --clear .venv; then
    pip=.venv/bin/pip
  else
    echo "install.sh: python3 cannot make a virtual environment; on Debian: apt install python3-venv" >&2
    exit 1
  fi
  $pip install --quiet --disable-pip-version-check --editable '.[dev]'
  cp pyproject.toml "$stamp"
fi
./generate.sh
