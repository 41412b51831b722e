#!/bin/sh
# Makes .venv/ with the pinned packages, these clients and the library in it, then generates the stubs.
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
  # The library as it lies there, without building it: what is generated need not be there yet.
  for packages in .venv/lib/python3*/site-packages; do
    echo "$PWD/library/src" > "$packages/guidepost-library.pth"
  done
  cp pyproject.toml "$stamp"
fi
./generate.sh
