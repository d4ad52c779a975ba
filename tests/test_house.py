"""Rules of the house that no linter knows."""

import re
import subprocess
from pathlib import Path

import pytest

import jejo

SOURCE = Path(jejo.__file__).parent
ROOT = SOURCE.parents[1]
BANNED = {"manager", "helper", "helpers", "utils", "util", "common", "misc", "base", "handler", "data"}
PYTHON = sorted(path for path in SOURCE.rglob("*.py") if "vendor" not in path.parts)
# Spelled apart, so that this file does not find itself.
HOSTS = re.compile(
    "|".join(
        ("py" + r"pi\.org", "registry" + r"\.npmjs", "deb" + r"ian\.org", "python" + "hosted", "/wo" + "rk/")
    )
)


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_have_speaking_names_and_fit_one_sitting(path):
    assert path.stem not in BANNED
    assert not path.stem.endswith(tuple(f"_{word}" for word in BANNED))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_nothing_names_a_registry_or_this_machine():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    found = [
        name for name in listed.stdout.splitlines() if HOSTS.search((ROOT / name).read_text(errors="ignore"))
    ]
    assert found == []
