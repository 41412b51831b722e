#!/bin/sh
# Checks the wire contracts: lint rules (buf.yaml) and formatting. `lint.sh --fix` formats in place.
# Needs npm; installs one exact version of buf into node_modules/ beside this file, once.
set -eu
cd "$(dirname "$0")"

version=1.75.0
buf=node_modules/.bin/buf
if [ "$("$buf" --version 2>/dev/null || true)" != "$version" ]; then
  npm install --prefix . --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
    "@bufbuild/buf@$version" >&2
fi

if [ "${1:-}" = --fix ]; then
  "$buf" format --write
fi
"$buf" lint
"$buf" format --diff --exit-code
echo "proto: lint and format are clean"
