"""Names of organisations in paths, and making files survive a power cut."""

import os
import re
from collections.abc import Iterable
from pathlib import Path

from jejo.kernel.errors import Invalid


def path_part(organisation: str) -> str:
    """Return an organisation's id as a part of a path.

    Raises:
        Invalid: `history.bad-organisation` for what could lead out of its folder.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", organisation):
        raise Invalid("history.bad-organisation", organisation=organisation)
    return organisation


def make_durable(paths: Iterable[Path]) -> None:
    """Force files, and folders with the names in them, to disk."""
    for path in paths:
        if os.name == "nt" and path.is_dir():
            continue  # Windows keeps names durable by itself and cannot open folders.
        descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
