#!/usr/bin/env bash
# Checks the documentation of the modules that are libraries: every reference resolves, all markup is right.
# `acceptance/javadoc.sh JDK`; the program must be built. What has no @param is no fault: the house style says it in the sentence.
set -euo pipefail
jdk=${1:?usage: acceptance/javadoc.sh JDK}
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

modules=(calls client feeds guide/geo guide/feature-index guide/feature-feeds journal/journal routes/route-table routes/route-feeds)
sources=()
for module in "${modules[@]}"; do
  while IFS= read -r file; do sources+=("$file"); done < <(find "$module/src/main/java" -name '*.java')
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$jdk/bin/javadoc" -quiet -Xdoclint:all,-missing -Werror -Xmaxwarns 1000 -d "$work" -cp 'cli/target/lib/*' "${sources[@]}"
printf 'javadoc: %d files are clean\n' "${#sources[@]}"
