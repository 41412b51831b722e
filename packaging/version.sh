#!/usr/bin/env bash
# Gives everything another version: packaging/version.sh VERSION. See docs/releasing.md.
set -euo pipefail

new=${1:?usage: packaging/version.sh VERSION}
[[ $new =~ ^[0-9]+\.[0-9]+\.[0-9]+(-SNAPSHOT)?$ ]] || {
  printf 'version.sh: VERSION "%s" must be MAJOR.MINOR.PATCH or MAJOR.MINOR.PATCH-SNAPSHOT\n' "$new" >&2
  exit 2
}
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
old=$(sed -n 's|^  <version>\([^<]*\)</version>.*|\1|p' pom.xml | head -1)

# In a pom the project's own version stands first, or its parent's.
while IFS= read -r pom; do
  sed -i "0,/<version>${old//./\\.}</s//<version>$new</" "$pom"
done < <(git ls-files 'pom.xml' '*/pom.xml')
released=${new%-SNAPSHOT}
# An image has the version that is released, not one that is being made.
sed -i "s/guidepost:[0-9][0-9.]*/guidepost:$released/" packaging/deploy/compose.yaml packaging/deploy/kubernetes/*.yaml docs/operating/install.md
if [[ $new != *-SNAPSHOT ]]; then
  sed -i "s/^## $new (unreleased)$/## $new ($(date --utc +%Y-%m-%d))/" CHANGELOG.md
  sed -i "s/^Status: [0-9][0-9.]*[0-9][^.]*\./Status: $new./" README.md
else
  grep -q "^## $released " CHANGELOG.md || sed -i "0,/^## /s//## $released (unreleased)\n\n## /" CHANGELOG.md
  sed -i "s/^Status: [0-9][0-9.]*[0-9][^.]*\./Status: $released, unreleased./" README.md
fi
printf '%s -> %s\n' "$old" "$new"
