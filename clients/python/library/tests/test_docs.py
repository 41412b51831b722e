"""The examples of the pages do what they show, and the pages can be built."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import guidepost

LIBRARY = Path(__file__).resolve().parents[1]
PAGES = sorted((LIBRARY / "docs").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_do_what_they_show(
    address: str, client: guidepost.Client, page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUIDEPOST_SERVER", address)
    for table in [each.name for each in client.routes.tables() if each.name.startswith("docs-")]:
        client.routes.drop_table(table)  # of a run that was ended in the middle
    text = page.read_text("utf-8")
    blocks = re.findall(r"```pycon\n(.*?)```", text, re.DOTALL)
    assert blocks or page.stem == "reference"
    test = doctest.DocTestParser().get_doctest("".join(blocks), {}, page.name, str(page), 0)
    said: list[str] = []
    failed, _ = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert not failed, "".join(said)


def test_the_pages_can_be_built(tmp_path: Path) -> None:
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=LIBRARY, capture_output=True, text=True,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    reference = (tmp_path / "site" / "reference" / "index.html").read_text()
    for name in ("LiveRouteTable", "lookup_many", "AsyncWatch", "not_done"):
        assert name in reference
