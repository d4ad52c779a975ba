"""Personal data covered before anything is kept or shown."""

from collections.abc import Collection
from typing import Final

import polars as pl

from jejo.intake.domain.table import Step

# Borders are digits or none, not words: Korean writes 연락처010-… without a blank.
_RESIDENT: Final = (
    r"(^|[^0-9])([0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]))\s*-\s*[1-8][0-9]{6}($|[^0-9])"
)
_PHONE: Final = r"(^|[^0-9])(01[016789])[-.\s]?[0-9]{3,4}[-.\s]?([0-9]{4})($|[^0-9])"
_MAIL: Final = r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9.-]+\.[A-Za-z]{2,})"
# Pattern and what stays; the first two twice, for numbers that share the character between them.
_COVERS: Final = (
    (_RESIDENT, "${1}${2}-*******${3}"),
    (_RESIDENT, "${1}${2}-*******${3}"),
    (_PHONE, "${1}${2}-****-${3}${4}"),
    (_PHONE, "${1}${2}-****-${3}${4}"),
    (_MAIL, "${1}***@${2}"),
)


def mask_name(name: str) -> str:
    """Return a name with all but its first and last syllable covered.

    >>> mask_name("박진우"), mask_name("이산"), mask_name("John Smith")
    ('박○우', '이○', 'J○○○ S○○○○')
    """
    parts = name.split(" ")
    if len(parts) > 1:
        return " ".join(part[:1] + "○" * (len(part) - 1) for part in parts)
    if len(name) < 2:
        return "○"
    if len(name) == 2:
        return name[0] + "○"
    return name[0] + "○" * (len(name) - 2) + name[-1]


def mask_text(text: str) -> str:
    """Return a text with resident numbers, mobile numbers and mail addresses covered.

    >>> mask_text("연락처010-1234-5678로")
    '연락처010-****-5678로'
    """
    covered: str = _covered(pl.Series([text], dtype=pl.String))[0]
    return covered


def _covered(texts: pl.Series) -> pl.Series:
    for pattern, kept in _COVERS:
        texts = texts.str.replace_all(pattern, kept)
    return texts


def mask_column(column: pl.Series) -> pl.Series:
    """Return a personal column with every value covered; numbers and times become text first."""
    text = column.cast(pl.String)
    distinct = text.drop_nulls().unique()
    covered = _covered(distinct)
    new = [
        mask_name(old) if old == after else after
        for old, after in zip(distinct.to_list(), covered.to_list(), strict=True)
    ]
    return text.replace_strict(distinct.to_list(), new, default=None, return_dtype=pl.String).rename(
        column.name
    )


def mask_free_text(column: pl.Series) -> tuple[pl.Series, int]:
    """Return a text column with resident numbers, mobile numbers and mail addresses covered, and how many cells had any."""
    found = column.str.contains(_RESIDENT) | column.str.contains(_PHONE) | column.str.contains(_MAIL)
    count = int(found.sum())
    if not count:
        return column, 0
    return _covered(column), count


def mask(frame: pl.DataFrame, personal: Collection[str]) -> tuple[pl.DataFrame, list[Step]]:
    """Cover personal columns and personal numbers in free text.

    These steps cannot be undone: what is kept and shown never holds the plain value.
    """
    steps: list[Step] = []
    for name in frame.columns:
        if name in personal:
            frame = frame.with_columns(mask_column(frame[name]))
            count = frame.height - frame[name].null_count()
            steps.append(
                Step("personal.masked", {"column": name, "count": count}, undoable=False, column=name)
            )
        elif frame[name].dtype == pl.String:
            covered, count = mask_free_text(frame[name])
            if count:
                frame = frame.with_columns(covered)
                steps.append(
                    Step(
                        "personal.text-masked", {"column": name, "count": count}, undoable=False, column=name
                    )
                )
    return frame, steps
