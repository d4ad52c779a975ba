"""Names from header rows: merged groups joined, blanks made up, repeats numbered."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jejo.intake.domain.cells import Look
from jejo.intake.domain.raw import Merge
from jejo.intake.domain.units import is_unit, with_unit

JOINER: Final = " › "
# Words of the form's head (who wrote it, which line) that stand in rows above a table without naming columns.
_FORM_HEAD: Final = re.compile(
    r"^(작\s*성\s*자|작성일자?|담\s*당|담당자|승\s*인|검\s*토|결\s*재|라\s*인|라인명|설\s*비\s*명|공\s*장|부\s*서|기\s*간|품\s*명|품\s*번|문서\s*번호"
    r"|관리\s*번호|개\s*정|출력일시?|조회\s*기간|일\s*자|회사명|업체명|operator|line|date|plant|report|machine)\s*[:：]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Names:
    """One name per column, with those that were made up and those that stood twice."""

    names: tuple[str, ...]
    unnamed: tuple[str, ...]
    numbered: tuple[str, ...]


def spreads_over(
    rows: Sequence[Sequence[str | None]],
    looks: list[list[Look]],
    upper: int,
    block: list[int],
    merges: Sequence[Merge],
) -> bool:
    """Return whether row `upper` belongs to the header whose lower rows are `block`: groups over their columns."""
    cells, below = rows[upper], rows[block[0]]
    told = [column for column, cell in enumerate(cells) if cell is not None]
    width = max(
        1,
        sum(
            any(rows[number][column] is not None for number in (upper, *block))
            for column in range(len(cells))
        ),
    )
    if any(looks[upper][column] in (Look.NUMBER, Look.TIME) for column in told):
        return False
    if any((cells[column] or "").rstrip().endswith((":", "：")) for column in told):
        return False
    tall = [each for each in merges if each.top <= upper and each.bottom >= block[0]]
    flat = [each for each in merges if each.top <= upper <= each.bottom < block[0] and each.right > each.left]
    if tall:
        return True
    blanks_below = [column for column in told if below[column] is None]
    if flat:
        groups = [each for each in flat if each.right - each.left + 1 < 0.85 * width]
        return bool(groups) and (len(told) > 1 or groups[0].left > 0)
    if len(told) < 2:
        return False
    groups_over = [
        column
        for column in told
        if below[column] is not None
        and column + 1 < len(cells)
        and cells[column + 1] is None
        and below[column + 1] is not None
    ]
    names_below = [cell for cell in below if cell is not None]
    repeats = len(set(names_below)) < len(names_below)
    if blanks_below:
        # Columns named above only, and others named below only: a merged cell that lost its range.
        return (
            bool(groups_over)
            or repeats
            or any(cells[c] is None and below[c] is not None for c in range(len(cells)))
        )
    if _FORM_HEAD.match(cells[told[0]] or "") and not repeats:
        return False
    singles = len(told) - len(groups_over)
    return bool(groups_over) and (repeats or (len(groups_over) >= 2 and singles <= len(groups_over)))


def names_of(
    rows: Sequence[Sequence[str | None]], block: list[int], unit_row: int | None, merges: Sequence[Merge]
) -> Names:
    """Return the columns' names; a table without header gets 열1, 열2 …"""
    width = len(rows[0])
    parts: list[list[str]] = [[] for _ in range(width)]
    for number in block:
        cells = _spread(rows, number, block, merges) if number != block[-1] else _tall(rows, number, merges)
        for column, cell in enumerate(cells):
            text = re.sub(r"\s+", " ", cell).strip() if cell else ""
            if text and (not parts[column] or parts[column][-1] != text):
                parts[column].append(text)
    units = [None] * width if unit_row is None else rows[unit_row]
    bare = [JOINER.join(each) for each in parts]
    bare = [
        with_unit(name, unit) if name and unit and is_unit(unit) else name
        for name, unit in zip(bare, units, strict=True)
    ]
    return _unique(bare)


def _tall(rows: Sequence[Sequence[str | None]], number: int, merges: Sequence[Merge]) -> list[str | None]:
    cells = list(rows[number])
    for merge in merges:
        if merge.top == number == merge.bottom and merge.left < len(cells):
            for column in range(merge.left, min(merge.right + 1, len(cells))):
                cells[column] = rows[number][merge.left]
    return cells


def _spread(
    rows: Sequence[Sequence[str | None]], number: int, block: list[int], merges: Sequence[Merge]
) -> list[str | None]:
    """Return a group row with every group's name over all of its columns."""
    cells = list(rows[number])
    here = [each for each in merges if each.top <= number <= each.bottom and each.left < len(cells)]
    if any(each.right > each.left for each in here):
        for merge in here:
            for column in range(merge.left, min(merge.right + 1, len(cells))):
                cells[column] = rows[merge.top][merge.left]
        return cells
    below = rows[block[block.index(number) + 1]]
    last: str | None = None
    for column, cell in enumerate(rows[number]):
        if cell is not None:
            last = cell if below[column] is not None else None
        elif below[column] is not None:
            cells[column] = last
        else:
            last = None
    return cells


def _unique(bare: list[str]) -> Names:
    taken = {name for name in bare if name}
    names: list[str] = []
    used: set[str] = set()
    last: dict[str, int] = {}
    unnamed: list[str] = []
    numbered: list[str] = []
    for place, name in enumerate(bare, start=1):
        chosen = name
        if not name:
            chosen = f"열{place}"
            if chosen in taken or chosen in used:
                chosen = _numbered(chosen, taken, used, last)
            unnamed.append(chosen)
        elif name in used:
            chosen = _numbered(name, taken, used, last)
            numbered.append(chosen)
        names.append(chosen)
        used.add(chosen)
    return Names(tuple(names), tuple(unnamed), tuple(numbered))


def _numbered(name: str, taken: set[str], used: set[str], last: dict[str, int]) -> str:
    # Goes on where it stopped for this name: thousands of columns of one name must not take long.
    number = last.get(name, 1) + 1
    while f"{name}_{number}" in taken or f"{name}_{number}" in used:
        number += 1
    last[name] = number
    return f"{name}_{number}"
