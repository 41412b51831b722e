#!/usr/bin/env bash
# Packs the npm package into a directory:
#
#   web/guidepost-client/package.sh DIRECTORY
#
# Two runs on the same sources make the same bytes. The version is the root pom's. Needs `npm ci` in the folder above, and the
# contracts' descriptors: those of the Maven build, or proto/contracts.binpb.
set -euo pipefail

out=$(realpath -m -- "${1:?usage: package.sh DIRECTORY}")
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)
export LC_ALL=C
umask 022
version=$(sed -n 's|^  <version>\([^<]*\)</version>.*|\1|p' "$root/pom.xml" | head -1)
[[ -n $version ]] || { echo "package.sh: pom.xml names no version" >&2; exit 1; }
version=${version/-SNAPSHOT/-dev.0}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf dist # what an earlier build made of sources that are there no more
npm run --silent build
mkdir -p "$out"
cp -r README.md package.json dist "$root/LICENSE" "$work/"
cd "$work"
# Its scripts are of the sources, which are not in it.
npm pkg set "version=$version"
npm pkg delete scripts
npm pack --silent --pack-destination "$out"
