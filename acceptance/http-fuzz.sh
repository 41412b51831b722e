#!/usr/bin/env bash
# Random requests to the web port, right and wrong ones, made of its own description by schemathesis: what is described
# must be what is answered, and nothing may be an error of the server.
#
# usage: acceptance/http-fuzz.sh WEB_ADDRESS SECONDS
set -euo pipefail

address=${1:?usage: acceptance/http-fuzz.sh WEB_ADDRESS SECONDS}
seconds=${2:?usage: acceptance/http-fuzz.sh WEB_ADDRESS SECONDS}
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
version=4.32.5
environment=$root/acceptance/target/schemathesis-$version

if [[ ! -e $environment/made ]]; then
  python3 -m venv --clear "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version"
  touch "$environment/made"
fi
export SCHEMATHESIS_HOOKS=http_fuzz PYTHONPATH=$root/acceptance PYTHONDONTWRITEBYTECODE=1
cd "$environment" # where it leaves the requests that failed
# A request can fit its description and still name what is not there, and an event stream has no end to wait for.
exec bin/st run "http://$address/openapi.json" --max-time "$seconds" --request-timeout 60 \
  --exclude-path-regex ':watch$' --exclude-checks positive_data_acceptance --no-color
