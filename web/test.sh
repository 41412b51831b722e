#!/usr/bin/env bash
# Tests the pages in a real browser, against servers of its own: `./guidepost test` calls it.
#
#   web/test.sh [--long] [WORDS OF A TEST'S NAME]...
#   web/test.sh --pictures     makes the pictures of docs/web.md again
#
# Needs a built program, Node.js and Chromium; without the last two it says so, and tests nothing. Prints a line for each test,
# and numbers; exit code 1 if a test failed. GUIDEPOST_KEEP=1 keeps pictures of what failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if ! command -v node >/dev/null || [[ ! -d node_modules/playwright-core ]]; then
  echo "skip  the tests of the pages: Node.js, or what npm fetches, is not installed"
  exit 0
fi
if [[ ! -e dist/packed/files.txt ]]; then
  echo "skip  the tests of the pages: they were not built"
  exit 0
fi
# A proxy for the outside is no way to a server on this machine.
export no_proxy="${no_proxy:+$no_proxy,}localhost,127.0.0.1,::1"
[[ ${1:-} != --pictures ]] || set -- 'pictures for'
exec node test/all.mjs "$@"
