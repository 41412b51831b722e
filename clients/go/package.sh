#!/usr/bin/env bash
# Packs the Go module into a directory, laid out as a module proxy has it:
#
#   clients/go/package.sh DIRECTORY      then: docs/operating/install.md
#
# Two runs on the same sources make the same bytes: the time in the .info file is SOURCE_DATE_EPOCH, else that of the last commit.
# The version is the root pom's.
set -euo pipefail

out=$(realpath -m -- "${1:?usage: package.sh DIRECTORY}")
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")"
root=$(cd ../.. && pwd)
export LC_ALL=C GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"
umask 022
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 315532800)}
version=$(sed -n 's|^  <version>\([^<]*\)</version>.*|\1|p' "$root/pom.xml" | head -1)
[[ -n $version ]] || { echo "package.sh: pom.xml names no version" >&2; exit 1; }
version=v${version/-SNAPSHOT/-dev.0}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/tree"
# What git does not hold, and what only tests and generates, is no part of it.
cp -r README.md cmd gen generate.sh go.mod go.sum guidepost internal "$root/LICENSE" "$work/tree/"
go -C packaging build -o "$work/packaging" .
"$work/packaging" "$work/tree" "$version" "$epoch" "$out"
