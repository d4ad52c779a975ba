"""kill -9 at random moments: nothing acknowledged is lost, nothing is doubled."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_three_kills_lose_and_double_nothing() -> None:
    """`bench/crash.py` runs the same with more rounds."""
    command = [sys.executable, str(ROOT / "bench" / "crash.py"), "--rounds", "3", "--seed", str(os.getpid())]
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kills" in done.stdout
    assert " 0 acknowledged lost, 0 doubled" in done.stdout
