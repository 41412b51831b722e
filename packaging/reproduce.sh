#!/usr/bin/env bash
# Makes the packages of the last commit again, from a fresh clone in another folder, and compares them with those in
# packaging/target, byte for byte:
#
#   packaging/reproduce.sh [KIND]     a kind of ./guidepost package; default: all
#
# Those in packaging/target must be of the last commit, and made with the same GUIDEPOST_PACKAGE_LEVEL.
set -euo pipefail

kind=${1:-all}
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
first=$root/packaging/target
work=$(mktemp -d)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT

[[ -s $first/SHA256SUMS ]] || {
  printf 'reproduce.sh: there are no packages in %s: ./guidepost package %s\n' "$first" "$kind" >&2
  exit 2
}
[[ -z $(git -C "$root" status --porcelain --untracked-files=no) ]] || {
  printf 'SKIPPED: the second build of the packages: there are changes that no commit has\n'
  exit
}
git clone --quiet --no-hardlinks "$root" "$work/another folder"
(cd "$work/another folder" && ./guidepost package "$kind") >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
second="$work/another folder/packaging/target"
if ! diff "$first/SHA256SUMS" "$second/SHA256SUMS"; then
  printf 'reproduce.sh: two builds of the same commit differ; diffoscope says where. The second ones are in %s\n' "$first.again" >&2
  rm -rf "$first.again"
  cp -r "$second" "$first.again"
  exit 1
fi
printf 'reproduced: %d files, byte for byte\n' "$(wc -l <"$first/SHA256SUMS")"
