"""The packages: the same bytes twice, and one that works where nothing else of this repository is."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

LIBRARY = Path(__file__).resolve().parents[1]
PROGRAM = """
import sys, guidepost, importlib.metadata
assert guidepost.__version__ == importlib.metadata.version("guidepost-client"), guidepost.__version__
assert "site-packages" in guidepost.__file__ and "numpy" not in sys.modules
with guidepost.Client(sys.argv[1]) as client:
    assert client.routes.lookup_many(["192.0.2.1"]).revision >= 0
    print(client.info().version)
"""


def _built(directory: Path) -> dict[str, str]:
    environment = os.environ | {"PYTHON": sys.executable, "SOURCE_DATE_EPOCH": "1767225600"}
    subprocess.run([LIBRARY / "package.sh", directory], check=True, env=environment, capture_output=True)
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in directory.iterdir()}


def test_a_wheel_is_the_same_twice_and_works_in_an_empty_environment(
    address: str, tmp_path: Path
) -> None:
    first, second = _built(tmp_path / "first"), _built(tmp_path / "second")
    assert first == second and len(first) == 2
    (wheel,) = (tmp_path / "first").glob("*.whl")
    empty = tmp_path / "empty"
    venv.create(empty, with_pip=False, symlinks=True)
    (packages,) = empty.glob("lib/python3*/site-packages")
    # What it depends on, from where these tests have it: no registry is asked, and nothing built.
    here = Path(sysconfig.get_path("purelib"))
    for needed in ("grpc", "google", "typing_extensions.py"):
        (packages / needed).symlink_to(here / needed)
    subprocess.run(
        [sys.executable, "-c", "import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])",
         wheel, packages], check=True,
    )  # fmt: skip
    ran = subprocess.run(
        [empty / "bin" / "python", "-I", "-c", PROGRAM, address],
        capture_output=True, text=True, cwd=tmp_path,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()
