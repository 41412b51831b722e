#!/usr/bin/env bash
# Three servers of an earlier build, upgraded one after the other to this one while callers write: nothing acknowledged is lost,
# all stores are whole and equal.
#
#   cluster-acceptance/upgrade.sh [COMMIT]
#   cluster-acceptance/upgrade.sh --measure COMMIT    beside each other, a server of that build and one of this that have their
#                                                     journals for themselves: writes, batches, start-up; rounds by
#                                                     GUIDEPOST_ROUNDS, 7 without it
#
# COMMIT is a tag or commit whose log this build can read; without one, the newest tag of this history, or, where there is none,
# the commit before the last one that changed the engine of several servers. It is checked out below cluster-acceptance/target and
# built there, which takes one to two minutes.
set -euo pipefail

root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
before=$root/cluster-acceptance/target/before
cd "$root"
test=(-Dtest=UpgradeTest)
if [[ ${1:-} == --measure ]]; then
  shift
  test=(-Dtest=EmbeddedMeasurement -Dguidepost.measure=true -Dguidepost.rounds="${GUIDEPOST_ROUNDS:-7}"
    -Dsurefire.jvm.args="-XX:+UseCompactObjectHeaders --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow")
fi
commit=${1:-}
if [[ -z $commit ]]; then
  commit=$(git describe --tags --abbrev=0 2>/dev/null) ||
    commit=$(git log -1 --format=%H -- journal/journal-kafka/src/main)~1
fi
commit=$(git rev-parse --verify "$commit^{commit}")

printf 'upgrade.sh: building %s\n' "$(git log -1 --format='%h, %s' "$commit")"
git worktree remove --force "$before" 2>/dev/null || rm -rf "$before"
git worktree prune
git worktree add --quiet --detach "$before" "$commit"
trap 'git worktree remove --force "$before"' EXIT
(cd "$before" && ./guidepost build)

./guidepost maven verify -pl cluster-acceptance -am -Dformat.skip "${test[@]}" -Dsurefire.failIfNoSpecifiedTests=false \
  -Dguidepost.before="$before/cli/target/lib"
