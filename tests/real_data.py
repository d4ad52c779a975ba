"""Where the real data sets are, and what to do when they are not."""

import os
from pathlib import Path

from required import missing


def real_data(name: str) -> Path:
    """Return the path of a real data file or folder, or skip the test (fail under `JEJO_REQUIRE=all`)."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    path = Path(os.environ.get("JEJO_REAL_DATA", beside)) / name
    if not path.exists():
        missing(f"{name} is missing: set JEJO_REAL_DATA to the folder of the real data sets")
    return path
