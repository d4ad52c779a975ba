"""What to do when something a test needs is missing."""

import os
from typing import NoReturn

import pytest


def missing(reason: str) -> NoReturn:
    """Skip the test, naming how to enable it; under `JEJO_REQUIRE=all` it fails instead."""
    if os.environ.get("JEJO_REQUIRE") == "all":
        pytest.fail(reason)
    pytest.skip(reason)
