"""Which rows of a sheet are its header, and what its columns are called."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles

from jejo.intake.domain.cells import Look, looks_of
from jejo.intake.domain.headernames import Names, names_of, spreads_over
from jejo.intake.domain.raw import Merge

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table lies in its sheet.

    Args:
        header_rows: 0-based rows that became names, the unit row included; empty: there was no header.
        first_row: 0-based first row of values.
        names: one per column, unique.
        unit_row: row of units below the header, or None.
        unnamed: names that had to be made up.
        numbered: names that stood twice.
        titles: texts above the header.
    """

    header_rows: tuple[int, ...]
    first_row: int
    names: tuple[str, ...]
    unit_row: int | None = None
    unnamed: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()


def find_layout(rows: Rows, merges: Sequence[Merge]) -> Layout | None:
    """Return the layout of a table, or None when the rows hold none.

    Args:
        rows: the first rows of the sheet, trimmed texts, None for blank; all of one width.
        merges: merged ranges of the sheet.
    """
    looks = looks_of(rows)
    filled = [sum(look is not Look.BLANK for look in row) for row in looks]
    written = [number for number, count in enumerate(filled) if count]
    if not written:
        return None
    typical = _typical([filled[number] for number in written])
    if typical < 2 and not _is_one_column(looks, written):
        return None
    kinds = _kinds(looks, filled, written, typical)
    first = _first_row(looks, filled, written, typical, kinds)
    if first is None:
        first = _first_of_words(rows, filled, written, typical)
        if first is None:
            return None
    above = [number for number in written if number < first]
    block, unit_row = _header(rows, looks, filled, above, typical, merges)
    if not block and (full := _fuller_row(looks, filled, above, typical)) is not None:
        # Half-empty rows of values stand right below the header.
        first = next(number for number in written if number > full)
        block, unit_row = _header(
            rows, looks, filled, [number for number in above if number <= full], typical, merges
        )
    if not block and _is_sequence(rows[first], looks[first]) and first != written[-1]:
        # Years or numbered positions as names: 2021, 2022, 2023.
        block, first = [first], next(number for number in written if number > first)
    names: Names = names_of(rows, block, unit_row, merges)
    header = tuple(sorted({*block, *([unit_row] if unit_row is not None else [])}))
    over = [number for number in above if number < min(header, default=first)]
    titles = [cell for number in over for cell in rows[number] if cell]
    return Layout(header, first, names.names, unit_row, names.unnamed, names.numbered, tuple(titles))


def _typical(counts: list[int]) -> int:
    if len(counts) < 2:
        return counts[0]
    return max(1, round(quantiles(counts, n=10, method="inclusive")[6]))


def _is_one_column(looks: list[list[Look]], written: list[int]) -> bool:
    values = [look for number in written for look in looks[number] if look is not Look.BLANK]
    numbers = sum(look is Look.NUMBER for look in values)
    return len(values) >= 3 and numbers >= 0.7 * len(values)


def _kinds(looks: list[list[Look]], filled: list[int], written: list[int], typical: int) -> list[Look | None]:
    """Return per column NUMBER or TIME where most of the lower rows look so, else None."""
    wide = [number for number in written if filled[number] >= 0.5 * typical]
    lower = wide[max(1, len(wide) // 3) :] or wide
    kinds: list[Look | None] = []
    for column in range(len(looks[0])):
        counts = Counter(looks[number][column] for number in lower)
        told = sum(counts[look] for look in (Look.NUMBER, Look.TIME, Look.WORDS, Look.UNIT))
        kind = next((look for look in (Look.NUMBER, Look.TIME) if told and counts[look] >= 0.6 * told), None)
        kinds.append(kind)
    return kinds


def _is_value_row(row: list[Look], count: int, typical: int, kinds: list[Look | None]) -> bool:
    if count < max(1, 0.4 * typical):
        return False
    fits = misfits = 0
    for look, kind in zip(row, kinds, strict=True):
        if kind is None or look in (Look.BLANK, Look.MISSING):
            continue
        if look is kind or (kind is Look.TIME and look is Look.NUMBER):
            fits += 1
        else:
            misfits += 1
    return fits > 0 and misfits <= 0.34 * (fits + misfits)


def _first_row(
    looks: list[list[Look]], filled: list[int], written: list[int], typical: int, kinds: list[Look | None]
) -> int | None:
    good = [_is_value_row(looks[number], filled[number], typical, kinds) for number in written]
    for place, number in enumerate(written):
        following = good[place + 1 : place + 5]
        if good[place] and sum(following) * 2 >= len(following):
            return number
    return None


def _first_of_words(rows: Rows, filled: list[int], written: list[int], typical: int) -> int | None:
    """Return the first row of values of a table of words only; its header differs from all that follows."""
    wide = [number for number in written if filled[number] >= 0.7 * typical]
    if len(wide) < 3 or typical < 2:
        return None
    top = wide[0]
    below = [{rows[number][column] for number in wide[1:]} for column in range(len(rows[0]))]
    again = sum(cell is not None and cell in below[column] for column, cell in enumerate(rows[top]))
    average = sum(len(cell or "") for cell in rows[top]) / max(1, filled[top])
    if again or average > 40:
        return top
    return wide[1]


def _header(
    rows: Rows,
    looks: list[list[Look]],
    filled: list[int],
    above: list[int],
    typical: int,
    merges: Sequence[Merge],
) -> tuple[list[int], int | None]:
    """Return the header's rows, top first, and the row of units."""
    if not above:
        return [], None
    unit_row = None
    bottom = above[-1]
    if len(above) > 1 and _is_unit_row(looks[bottom], rows[bottom]):
        unit_row, bottom = bottom, above[-2]
    block = [bottom]
    while len(block) < 3 and block[0] - 1 in above and spreads_over(rows, looks, block[0] - 1, block, merges):
        block.insert(0, block[0] - 1)
    covered = {column for number in block for column, cell in enumerate(rows[number]) if cell is not None}
    if len(covered) < max(1, 0.5 * typical) or (typical > 1 and len(covered) < 2):
        return [], None
    return block, unit_row


def _fuller_row(looks: list[list[Look]], filled: list[int], above: list[int], typical: int) -> int | None:
    """Return the lowest row above the values that is nearly full of words."""
    for number in reversed(above):
        words = sum(look in (Look.WORDS, Look.UNIT) for look in looks[number])
        if filled[number] >= max(2, 0.8 * typical) and words >= 0.8 * filled[number]:
            return number
    return None


def _is_unit_row(row: list[Look], cells: Sequence[str | None]) -> bool:
    told = [(look, cell) for look, cell in zip(row, cells, strict=True) if look is not Look.BLANK]
    units = sum(look is Look.UNIT for look, _ in told)
    marks = sum(look is Look.MISSING for look, _ in told)
    # A lone letter is more likely a value (product A) than ampere.
    sure = units >= 2 or any(look is Look.UNIT and not (cell or "").isalpha() for look, cell in told)
    return units >= 1 and sure and units + marks >= 0.6 * len(told)


def _is_sequence(cells: Sequence[str | None], row: list[Look]) -> bool:
    numbers = [
        int(cell)
        for cell, look in zip(cells, row, strict=True)
        if look is Look.NUMBER and cell and cell.isascii() and cell.isdigit()
    ]
    words = sum(look in (Look.WORDS, Look.BLANK) for look in row)
    if len(numbers) < 3 or len(numbers) + words < len(row) or not words:
        return False
    return all(after - before == 1 for before, after in itertools.pairwise(numbers))
