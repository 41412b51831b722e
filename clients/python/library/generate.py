#!/usr/bin/env python3
"""Makes what git does not hold: the messages of ../../../proto, and the blocking form of the client.

    src/guidepost/_proto   from proto/, under this package's own name
    src/guidepost/_sync    from src/guidepost/_async, without its awaits

Needs grpcio-tools.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE / "src" / "guidepost"
PROTO = Path(os.environ.get("GUIDEPOST_PROTO", HERE.parents[2] / "proto"))
MADE = "# Made by generate.py; do not edit.\n"


def messages() -> None:
    import google.api
    import grpc_tools
    from grpc_tools import protoc

    own_protos = Path(grpc_tools.__file__).parent / "_proto"
    google_protos = Path(next(iter(google.api.__path__))).parents[1]
    # The storage format is the server's own business; the seeds' contracts are the tutorials'.
    files = sorted(
        str(each.relative_to(PROTO))
        for each in PROTO.glob("guidepost/**/*.proto")
        if "storage" not in each.parts
    )
    target = PACKAGE / "_proto"
    with tempfile.TemporaryDirectory() as work:
        arguments = ["protoc", f"--proto_path={PROTO}", f"--proto_path={google_protos}"]
        arguments.append(f"--proto_path={own_protos}")
        arguments += [f"--python_out={work}", f"--pyi_out={work}", *files]
        if protoc.main(arguments) != 0:
            sys.exit("generate.py: protoc failed")
        shutil.rmtree(target, ignore_errors=True)
        for made in sorted(Path(work).rglob("*.py*")):
            put = target / made.relative_to(Path(work) / "guidepost")
            put.parent.mkdir(parents=True, exist_ok=True)
            # `guidepost.routes.v1` would be the name of a part of this package.
            text = re.sub(r"\b(from|import) guidepost\.", r"\1 guidepost._proto.", made.read_text())
            put.write_text(text)
    for directory in [target, *(each for each in target.rglob("*") if each.is_dir())]:
        (directory / "__init__.py").write_text("")


RULES = [
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\b__a(enter|exit|iter|next)__\b", r"__\1__"),
    (r"\bStopAsyncIteration\b", "StopIteration"),
    (r"\bAsync([A-Z])", r"\1"),
    (r"\b_aio_", "_sync_"),
    (r"guidepost\._async\b", "guidepost._sync"),
    (r"\bIterable\[(\w+)\] \| Iterable\[\1\]", r"Iterable[\1]"),
    (r"\bIterable, (.*)\bIterable\b", r"Iterable, \1"),
]


def blocking() -> None:
    target = PACKAGE / "_sync"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for source in sorted((PACKAGE / "_async").glob("*.py")):
        text = source.read_text()
        for pattern, replacement in RULES:
            text = re.sub(pattern, replacement, text)
        text = re.sub(r"from typing import (.+)", _sorted_names, text)
        (target / source.name).write_text(MADE + text)


def _sorted_names(found: re.Match[str]) -> str:
    names = {each.strip() for each in found[1].split(",") if each.strip()}
    return "from typing import " + ", ".join(sorted(names))


def version() -> None:
    """The root pom's version, as Python writes one."""
    pom = (PROTO.parent / "pom.xml").read_text()
    found = re.search(r"<artifactId>guidepost[^<]*</artifactId>\s*<version>([^<]+)</version>", pom)
    if found is None:
        sys.exit("generate.py: pom.xml names no version")
    number = found[1].replace("-SNAPSHOT", ".dev0")
    (PACKAGE / "_version.py").write_text(f'{MADE}VERSION = "{number}"\n')


if __name__ == "__main__":
    messages()
    blocking()
    version()
