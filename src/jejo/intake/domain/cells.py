"""What a single cell looks like: number, time, unit, missing mark or words."""

import re
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from jejo.intake.domain.dateforms import DITTO, looks_like_time
from jejo.intake.domain.missing import ALWAYS, REASON_OF
from jejo.intake.domain.units import SUFFIX, is_unit

NUMBER: Final = re.compile(
    rf"^[(]?\s*[+\-−△▲]?\s*(?:₩|\$|€)?\s*(?:[0-9０-９]{{1,3}}(?:,[0-9]{{3}})+|[0-9０-９]+)?(?:[.,．][0-9０-９]+)?(?:[eE][+-]?[0-9]+)?\s*"
    rf"{SUFFIX}?\s*[)]?$"
)
TRUTHS: Final = frozenset(("true", "false"))


class Look(Enum):
    """How a cell looks, without knowing its column."""

    BLANK = "blank"
    NUMBER = "number"
    TIME = "time"
    MISSING = "missing"
    UNIT = "unit"
    WORDS = "words"


@lru_cache(maxsize=50_000)
def look_of(cell: str | None) -> Look:
    """Return how a cell looks.

    >>> look_of("1,234.5").name, look_of("25.10.24").name, look_of("1호기").name
    ('NUMBER', 'TIME', 'WORDS')
    """
    if cell is None or not cell.strip():
        return Look.BLANK
    text = cell.strip()
    if len(text) > 60:
        return Look.WORDS
    if any(each.isdigit() for each in text):
        if NUMBER.match(text):
            return Look.NUMBER
        if looks_like_time(text):
            return Look.TIME
    if text in DITTO or text in ALWAYS:
        return Look.MISSING
    if is_unit(text):
        return Look.UNIT
    return Look.MISSING if text in REASON_OF else Look.WORDS


def looks_of(rows: Sequence[Sequence[str | None]]) -> list[list[Look]]:
    """Return how every cell looks."""
    return [[look_of(cell) for cell in row] for row in rows]
