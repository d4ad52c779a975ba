"""A short run of every fuzz target; `python bench/fuzz.py 100000` is the long one."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

_FUZZ = Path(__file__).parents[2] / "bench" / "fuzz.py"


@pytest.mark.slow
def test_no_target_crashes():
    done = subprocess.run(
        [sys.executable, str(_FUZZ), "300"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2_000:]
    assert len(re.findall(r"crashes 0$", done.stdout, re.MULTILINE)) >= 8
