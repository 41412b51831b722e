#!/usr/bin/env bash
# Checks the files for compose and Kubernetes: against the schemas of what reads them, strictly, and the settings in them by
# the program that reads those. Needs python3 (with venv) and go; the program must be built.
set -euo pipefail

here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
environment=$root/acceptance/target/check-kubernetes-1.37.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$here/check" && go run . "$here/compose.yaml")
printf 'compose: the file is what compose reads\n'

if [[ ! -e $environment/made ]]; then
  mkdir -p "${environment%/*}"
  python3 -m venv --clear "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check kubernetes-validate==1.37.0
  touch "$environment/made"
fi
"$environment/bin/kubernetes-validate" --strict --quiet "$here"/kubernetes/*.yaml
printf 'kubernetes: every object fits its schema\n'

# The secrets that the files ask for, and the settings with the places of these.
"$root/guidepost" cert dev "$work/etc/tls" >/dev/null
cp "$work/etc/tls"/server.pem "$work/etc/tls/tls.crt"
cp "$work/etc/tls"/server.key "$work/etc/tls/tls.key"
cp "$work/etc/tls"/ca.pem "$work/etc/tls/ca.crt"
mkdir "$work/etc/access" "$work/etc/kafka"
"$root/guidepost" token create operator --access-tokens "$work/etc/access/tokens" >/dev/null
printf 'identities:\n  - {name: operator, by: "token:operator"}\ngrants:\n  - {who: operator, role: admin, tables: ["*"]}\n' >"$work/etc/access/access.yaml"
printf 'security.protocol=PLAINTEXT\n' >"$work/etc/kafka/kafka.properties"
for file in "$here"/kubernetes/*.yaml; do
  "$environment/bin/python" - "$file" "$work/etc" >"$work/guidepost.yaml" <<'PYTHON'
import sys
import yaml

for each in yaml.safe_load_all(open(sys.argv[1], encoding="utf-8")):
    if each["kind"] == "ConfigMap":
        print(each["data"]["guidepost.yaml"].replace("/etc/guidepost", sys.argv[2]))
PYTHON
  "$root/guidepost" config check "$work/guidepost.yaml" >/dev/null
  printf 'kubernetes: the settings in %s are right\n' "$(basename "$file")"
done
