#!/usr/bin/env bash
# Runs the recipes of recipes.md against a server, as far as their tools are to be had: `./guidepost test --long` calls it.
#
#   docs/integrations/test.sh WEB_ADDRESS
#
# Ansible's is run by ansible-core, which is installed into acceptance/target: twice, and with what the server rejects. Of
# Vector's and Telegraf's, and of Grafana's, what they ask the server for; and by the programs themselves where they are on the
# PATH. The server must be one that asks nobody who they are; a route of 0.0.0.0/0 via 192.0.2.1 is left there.
set -euo pipefail

web=${1:?usage: docs/integrations/test.sh WEB_ADDRESS}
here=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
version=2.19.14
environment=$root/acceptance/target/ansible-$version
work=$(mktemp -d)
watch=
stop() {
  [[ -z $watch ]] || kill "$watch" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

fail() {
  printf 'recipes: %s\n' "$*" >&2
  exit 1
}

# recipe LANGUAGE WORD: the block of code in a language that has a word in it, for the server here.
recipe() {
  awk -v language="$1" -v word="$2" '
    $0 == "```" language { inside = 1; block = ""; next }
    inside && $0 == "```" { inside = 0; if (index(block, word)) { printf "%s", block } next }
    inside { block = block $0 "\n" }' "$here/recipes.md" |
    sed "s|https://routes.example:8443|http://$web|g" >"$work/recipe"
  [[ -s $work/recipe ]] || fail "no recipe in $1 has $2"
  cat "$work/recipe"
}

### Ansible

if [[ ! -e $environment/made ]]; then
  python3 -m venv --clear "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check "ansible-core==$version"
  touch "$environment/made"
fi
{
  printf -- '- hosts: localhost\n  connection: local\n  gather_facts: false\n  vars: {guidepost_token: none}\n  tasks:\n'
  recipe yaml ansible.builtin.uri | sed 's/^/    /'
} >"$work/play.yml"
play() {
  ANSIBLE_NOCOLOR=1 ANSIBLE_LOCAL_TEMP=$work/ansible ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false \
    LC_ALL=C.UTF-8 "$environment/bin/ansible-playbook" "$1" >"$work/played" 2>&1
}
curl --silent --fail "http://$web/v1/routes:apply" -H 'content-type: application/json' \
  -d '{"operations": [{"id": 1, "deletePrefix": "0.0.0.0/0"}]}' >/dev/null || fail "the route cannot be taken away"
play "$work/play.yml" || fail "Ansible: $(cat "$work/played")"
grep -q 'changed=1 ' "$work/played" || fail "Ansible: the first time it must change something: $(cat "$work/played")"
play "$work/play.yml" || fail "Ansible: $(cat "$work/played")"
grep -q 'changed=0 ' "$work/played" || fail "Ansible: the second time it must change nothing: $(cat "$work/played")"
sed 's|192.0.2.1|nowhere|' "$work/play.yml" >"$work/wrong.yml"
! play "$work/wrong.yml" || fail "Ansible: a route that the server rejects must fail the task"
printf 'recipes: Ansible %s changes once, then nothing, and fails for what is rejected\n' "$version"

### Vector: what curl reads

recipe toml route_changes >"$work/vector.toml"
mapfile -t command < <(python3 -c 'import json, sys, re
text = open(sys.argv[1]).read()
words = json.loads(re.search(r"command = (\[.*\])", text)[1])
print(*words, sep="\n")' "$work/vector.toml")
printf 'X-Nothing: here\n' >"$work/authorization"
"${command[@]/@\/etc\/vector\/guidepost-authorization/@$work/authorization}" >"$work/events" &
watch=$!
tries=0
# Changes from when the watch began on: one after another until it has one.
until grep -q '^data: {"changes"' "$work/events"; do
  kill -0 "$watch" 2>/dev/null || fail "Vector: curl ended: $(cat "$work/events")"
  tries=$((tries + 1))
  curl --silent --fail "http://$web/v1/routes:apply" -H 'content-type: application/json' \
    -d "{\"operations\": [{\"id\": 1, \"add\": {\"prefix\": \"198.51.100.$((tries % 256))/32\", \"nextHop\": \"192.0.2.1\", \"metric\": $tries}}]}" >/dev/null
done
kill "$watch"
wait "$watch" || true
watch=
if command -v vector >/dev/null; then
  vector validate --no-environment "$work/vector.toml" || fail "Vector refuses its settings"
else
  printf 'recipes: vector is not installed: its settings are not read by it\n'
fi
printf 'recipes: the command of Vector tells of changes in lines that its filter lets through\n'

### Telegraf: what it scrapes

recipe toml inputs.prometheus | grep -v bearer_token >"$work/telegraf.toml"
python3 -c 'import sys, tomllib; print(tomllib.load(open(sys.argv[1], "rb"))["inputs"]["prometheus"][0]["urls"][0])' \
  "$work/telegraf.toml" >"$work/url" || fail "Telegraf: its settings are no TOML"
curl --silent --fail --output "$work/metrics" "$(cat "$work/url")" && grep -q '^guidepost_' "$work/metrics" || fail "Telegraf: there are no metrics at $(cat "$work/url")"
if command -v telegraf >/dev/null; then
  telegraf --config "$work/telegraf.toml" --test | grep -q guidepost_ || fail "Telegraf reads no metrics"
else
  printf 'recipes: telegraf is not installed: only the metrics that it would scrape were read\n'
fi

### Grafana: what its table asks for

row=$(sed -n 's/^| URL | `\(.*\)` |$/\1/p' "$here/recipes.md")
columns=$(sed -n 's/^| columns | \(.*\) |$/\1/p' "$here/recipes.md" | tr -d '`,')
curl --silent --fail "${row/https:\/\/routes.example:8443/http://$web}" >"$work/lines" || fail "Grafana: $row is no list"
python3 - "$work/lines" "$columns" <<'PYTHON' || fail "Grafana: the lines have not the columns"
import json
import sys

rows = [json.loads(line) for line in open(sys.argv[1])]
routes = [each for each in rows if "prefix" in each]
assert routes and all(each["nextHop"] == "192.0.2.1" for each in routes), rows[:3]
known = {"prefix", "nextHop", "metric", "source"}
assert set(sys.argv[2].split()) == known, sys.argv[2]
PYTHON
printf 'recipes: the list of Grafana has what its columns name\n'
