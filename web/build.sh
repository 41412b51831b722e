#!/usr/bin/env bash
# Builds the pages into dist/packed, from where the web port's jar takes them, if anything has changed since.
#
#   web/build.sh             the Maven build calls it
#   web/build.sh --prepare   only fetches what is needed
#
# Needs Node.js 20.19 or newer with npm. Where they are missing, or npm cannot reach its registry, what was built before is
# taken, and a line says so: the server needs no pages. A mistake in the pages fails the build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# A registry that cannot be reached must not hold the build up for longer than that.
fetch_seconds=180

say() { printf 'guidepost: pages: %s\n' "$*" >&2; }

without() {
  if [[ -e dist/packed/files.txt ]]; then
    say "$*; those that were built before are taken"
  else
    say "$*; the server is built without them"
  fi
  exit 0
}

# What the pages are made of, as one number.
inputs() {
  {
    find src public guidepost-client/src \( -name gen -o -name base \) -prune -o -type f -print0
    printf '%s\0' build.sh build.mjs basemap.mjs index.html package-lock.json tsconfig.json vite.config.ts \
      guidepost-client/generate.mjs ../cli/src/main/resources/guidepost/cli/places.csv
    find ../proto/guidepost -name '*.proto' -print0
  } | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64
}

fetch() {
  local installed=node_modules/.installed
  if [[ -e $installed ]] && cmp -s "$installed" package-lock.json; then
    return
  fi
  timeout "$fetch_seconds" npm ci --no-audit --no-fund --loglevel=error \
    --fetch-retries=1 --fetch-retry-mintimeout=2000 --fetch-retry-maxtimeout=5000 >dist/fetch.log 2>&1 || return
  cp package-lock.json "$installed"
}

mkdir -p dist
exec 9>dist/lock
flock 9
hash=$(inputs)
if [[ -z ${1:-} && -e dist/packed/files.txt && -e dist/built && $(<dist/built) == "$hash" ]]; then
  exit 0
fi
command -v node >/dev/null && command -v npm >/dev/null || without 'not built, since Node.js or npm is not installed'
node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
  without "not built, since Node.js is older than 20.19: $(node --version)"
fetch || without "not built, since npm could not fetch what they need (web/dist/fetch.log)"
[[ -z ${1:-} ]] || exit 0
node build.mjs
printf '%s' "$hash" >dist/built
