#!/usr/bin/env bash
# Builds the wheel and the source distribution into a directory:
#
#   clients/python/library/package.sh DIRECTORY
#
# Two runs on the same sources make the same bytes: times are those of SOURCE_DATE_EPOCH, else of the last commit. The version
# is the root pom's. Needs what ../install.sh has put into ../.venv; another Python with grpcio-tools and setuptools: PYTHON=...
set -euo pipefail

out=$(realpath -m -- "${1:?usage: package.sh DIRECTORY}")
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")"
root=$(cd ../../.. && pwd)
python=$(realpath -s -- "${PYTHON:-../.venv/bin/python}")
export LC_ALL=C TZ=UTC PYTHONDONTWRITEBYTECODE=1
umask 022
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 315532800)}
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/tree/src"
"$python" generate.py
cp pyproject.toml README.md "$root/LICENSE" "$work/tree/"
cp -r src/guidepost "$work/tree/src/"
find "$work/tree" -name __pycache__ -prune -exec rm -rf {} +
find "$work/tree" -type f -exec chmod 644 {} +
find "$work/tree" -exec touch --date="@$SOURCE_DATE_EPOCH" {} +

cd "$work/tree"
"$python" - "$work/made" >"$work/log" 2>&1 <<'PYTHON' || { cat "$work/log" >&2; exit 1; }
import os, sys
from setuptools import build_meta

made = sys.argv[1]  # setuptools has its own use for these
os.makedirs(made)
build_meta.build_sdist(made)
build_meta.build_wheel(made)
PYTHON

# What setuptools wrote itself has the time of now, and the name of whoever ran it.
"$python" - "$work/made" "$out" <<'PYTHON'
import gzip, io, os, sys, tarfile, zipfile
from pathlib import Path

made, out = map(Path, sys.argv[1:])
epoch = int(os.environ["SOURCE_DATE_EPOCH"])
for archive in sorted(made.iterdir()):
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            names = wheel.namelist()
        assert "guidepost/_proto/routes/v1/routes_pb2.py" in names, "the wheel has no messages"
        assert "guidepost/_sync/client.py" in names and "guidepost/py.typed" in names
        (out / archive.name).write_bytes(archive.read_bytes())
        print(out / archive.name)
        continue
    plain = io.BytesIO()
    with tarfile.open(archive) as source, tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as target:
        for entry in sorted(source.getmembers(), key=lambda each: each.name):
            entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = epoch, 0, 0, "", ""
            entry.pax_headers = {}
            target.addfile(entry, source.extractfile(entry) if entry.isfile() else None)
    with open(out / archive.name, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=epoch) as packed:
        packed.write(plain.getvalue())
    print(out / archive.name)
PYTHON
