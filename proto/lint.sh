#!/bin/sh
# Checks the wire contracts: lint rules (buf.yaml), formatting, and that nothing in them breaks a client of the contracts as
# they were accepted last, in contracts.binpb. `lint.sh --fix` formats in place; `lint.sh --accept` accepts them as they are,
# which after a release is only for what breaks no client.
# Needs npm; installs one exact version of buf into node_modules/ beside this file, once.
set -eu
cd "$(dirname "$0")"

version=1.75.0
google=6.0.1 # what the contracts import as google/api
buf=node_modules/.bin/buf
if [ "$("$buf" --version 2>/dev/null || true)" != "$version" ] ||
  [ ! -f node_modules/google-api/google/api/http.proto ]; then
  npm install --prefix . --no-save --no-package-lock --no-audit --no-fund --loglevel=error \
    "@bufbuild/buf@$version" "google-proto-files@$google" >&2
  # The three files alone: buf would read all of a module.
  mkdir -p node_modules/google-api/google/api
  for file in annotations field_behavior http; do
    cp "node_modules/google-proto-files/google/api/$file.proto" node_modules/google-api/google/api/
  done
fi

if [ "${1:-}" = --fix ]; then
  "$buf" format --write
fi
if [ "${1:-}" = --accept ]; then
  "$buf" build --exclude-source-info -o contracts.binpb
fi
"$buf" lint
"$buf" format --diff --exit-code
"$buf" breaking --against contracts.binpb
echo "proto: lint and format are clean, and nothing breaks a client"
