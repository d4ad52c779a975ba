"""From a grid to a named table of texts: header applied; titles, notes, totals, blank and repeated rows taken out."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from jejo.intake.domain.header import Layout, find_layout
from jejo.intake.domain.headernames import JOINER
from jejo.intake.domain.raw import Merge, Sheet
from jejo.intake.domain.stacked import unstacked
from jejo.intake.domain.table import Finding, Step

_HEAD_ROWS = 150
_TOTAL: Final = (
    r"(?i)^\s*[\[(【<]?\s*(합\s*계|소\s*계|총\s*계|누\s*계|총\s*합계?|월\s*계|일\s*계|평\s*균|계|최대값?|최소값?|표준\s*편차"
    r"|(grand\s*|sub[\s-]*)?total|average|avg\.?|sum|mean)\s*[\])】>:]?\s*$"
)
_RULE_ROWS: Final = 30
_RULE: Final = re.compile(r"^[-=_+*]{2,}$")
_NOTE: Final = re.compile(r"^\s*(※|\*|주\)|비고|참고|note|작성|출처|확인|단위)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """A named table of texts (or of typed columns, where the format has types).

    Args:
        titles: texts above the header, for years and the like.
    """

    name: str
    frame: pl.DataFrame
    header_rows: tuple[int, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    titles: tuple[str, ...] = ()
    decimal_comma: bool = False


def read_body(sheet: Sheet, without: Collection[str]) -> Body | None:
    """Return the table of a sheet, or None when the sheet holds none."""
    if not sheet.frame.width or not sheet.frame.height:
        return None
    if sheet.named:
        return Body(sheet.name, sheet.frame, (), (), ())
    trimmed = _without_rules(_trimmed(sheet.frame))
    kept = [name for name in trimmed.columns if trimmed[name].null_count() < trimmed.height]
    if not kept:
        return None
    places = [trimmed.columns.index(name) for name in kept]
    merges = _moved(sheet.merges, places)
    trimmed = trimmed.select(kept)
    layout = find_layout(trimmed.head(_HEAD_ROWS).rows(), merges)
    if layout is None:
        return None
    frame, merged_steps = _unmerged(trimmed, merges, layout, without)
    frame = frame.rename(dict(zip(frame.columns, layout.names, strict=True)))
    steps = [*_header_steps(layout, places), *merged_steps]
    frame, row_steps, findings = _without_extra_rows(frame.slice(layout.first_row), layout, trimmed, without)
    if not frame.height:
        return None
    return Body(
        sheet.name,
        frame,
        layout.header_rows,
        (*steps, *row_steps),
        findings,
        layout.titles,
        sheet.decimal_comma and _has_decimal_comma(frame),
    )


def _trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.all().str.strip_chars(" \t\r\n\u00a0\u3000\u200b\ufeff")
    return frame.select(text).select(pl.when(pl.all().str.len_bytes() > 0).then(pl.all()).name.keep())


def _without_rules(frame: pl.DataFrame) -> pl.DataFrame:
    """Blank rows that only draw a line, as printed listings have them: ----|----|----."""
    for number, row in enumerate(frame.head(_RULE_ROWS).rows()):
        told = [cell for cell in row if cell is not None]
        if told and all(_RULE.match(cell) for cell in told) and len("".join(told)) > len(told) + 1:
            here = pl.int_range(pl.len()) == number
            frame = frame.with_columns(pl.when(~here).then(pl.all()).name.keep())
    return frame


def _has_decimal_comma(frame: pl.DataFrame) -> bool:
    """Return whether some column is full of numbers like 12,5; then a dot separates thousands."""
    sample = frame.tail(200)
    return any(
        int(sample[name].str.contains(r"^-?[0-9]+,[0-9]{1,2}$|^-?[0-9]+,[0-9]{4,}$").sum())
        > 0.5 * sample.height
        for name in sample.columns
    )


def _moved(merges: tuple[Merge, ...], places: list[int]) -> list[Merge]:
    """Return the ranges in the columns that were kept."""
    moved = []
    for each in merges:
        first, after = bisect_left(places, each.left), bisect_right(places, each.right)
        if first < after:
            moved.append(Merge(each.top, first, each.bottom, after - 1))
    return moved


def _unmerged(
    frame: pl.DataFrame, merges: list[Merge], layout: Layout, without: Collection[str]
) -> tuple[pl.DataFrame, list[Step]]:
    """Write the value of a range merged over several rows of the body into each of them."""
    tall = [
        each
        for each in merges
        if each.top >= layout.first_row and each.bottom > each.top and each.left == each.right
    ]
    of_column: dict[int, list[Merge]] = {}
    for each in sorted(tall, key=lambda merge: merge.top):
        beside = of_column.setdefault(each.left, [])
        # Ranges over each other are no workbook's own: the upper one holds.
        if not beside or each.top > beside[-1].bottom:
            beside.append(each)
    steps: list[Step] = []
    for column in sorted(of_column):
        name = layout.names[column]
        step = Step("cells.merged", {"column": name}, column=name)
        if step.key in without:
            continue
        cells = frame.to_series(column).to_list()
        for each in of_column[column]:
            for row in range(each.top, min(each.bottom + 1, len(cells))):
                cells[row] = cells[each.top]
        frame = frame.with_columns(pl.Series(frame.columns[column], cells, pl.String))
        steps.append(step)
    return frame, steps


def _header_steps(layout: Layout, places: list[int]) -> list[Step]:
    steps = []
    above = layout.header_rows[0] if layout.header_rows else layout.first_row
    if layout.titles:
        steps.append(Step("header.titles", {"count": above}, undoable=False))
    if not layout.header_rows:
        steps.append(Step("header.none", {"count": len(layout.names)}, undoable=False))
    elif any(JOINER in name for name in layout.names):
        rows = [row + 1 for row in layout.header_rows if row != layout.unit_row]
        steps.append(Step("header.merged", {"rows": rows}, undoable=False))
    if layout.unit_row is not None:
        steps.append(Step("header.units", {"row": layout.unit_row + 1}, undoable=False))
    if layout.unnamed and layout.header_rows:
        steps.append(Step("header.unnamed", {"names": list(layout.unnamed)}, undoable=False))
    if layout.numbered:
        steps.append(Step("header.numbered", {"names": list(layout.numbered)}, undoable=False))
    if places != list(range(places[0], places[0] + len(places))):
        gaps = places[-1] - places[0] + 1 - len(places)
        steps.append(Step("columns.blank", {"count": gaps}, undoable=False))
    return steps


def _without_extra_rows(
    frame: pl.DataFrame, layout: Layout, sheet: pl.DataFrame, without: Collection[str]
) -> tuple[pl.DataFrame, list[Step], tuple[Finding, ...]]:
    steps: list[Step] = []
    findings: list[Finding] = []
    again = _repeats(frame, layout, sheet)
    if int(again.sum()) and "rows.header-again" not in without:
        steps.append(Step("rows.header-again", {"count": int(again.sum())}))
        stacked = unstacked(frame, again, layout.titles)
        frame = stacked.frame
        if stacked.column is not None:
            steps.append(
                Step("rows.stacked", {"count": stacked.blocks, "column": stacked.column}, undoable=False)
            )
    told = [name for name in frame.columns if name in layout.names]
    filled = frame.select(pl.sum_horizontal(pl.col(told).is_not_null())).to_series()
    blank = int((filled == 0).sum())
    if blank:
        inside = blank - _trailing(filled)
        if inside:
            steps.append(Step("rows.blank", {"count": inside}, undoable=False))
        frame, filled = frame.filter(filled > 0), filled.filter(filled > 0)
    notes = _notes(frame, filled)
    if notes and "rows.notes" not in without:
        steps.append(Step("rows.notes", {"count": notes}))
        frame = frame.head(frame.height - notes)
    totals = _totals(frame)
    if int(totals.sum()):
        count = int(totals.sum())
        findings.append(Finding("rows.totals", {"count": count}, rows=count))
        if "rows.totals" not in without:
            steps.append(Step("rows.totals", {"count": count}))
            frame = frame.filter(~totals)
    return frame, steps, tuple(findings)


def _trailing(filled: pl.Series) -> int:
    some = (filled > 0).arg_true()
    return len(filled) - (int(some[-1]) + 1 if len(some) else 0)


def _repeats(frame: pl.DataFrame, layout: Layout, sheet: pl.DataFrame) -> pl.Series:
    """Mark rows that say the header again, as printed pages do."""
    found = pl.repeat(value=False, n=frame.height, eager=True)
    for number in layout.header_rows:
        cells = sheet.row(number)
        told = [(name, cell) for name, cell in zip(frame.columns, cells, strict=True) if cell is not None]
        if not told:
            continue
        same = pl.sum_horizontal(*(pl.col(name) == cell for name, cell in told))
        enough = max(2, round(0.8 * len(told))) if len(layout.names) > 1 else 1
        found = found | frame.select(same.fill_null(0) >= enough).to_series()
    return found


def _notes(frame: pl.DataFrame, filled: pl.Series) -> int:
    """Return how many rows at the end are remarks: hardly filled, words in the first cells."""
    if frame.width < 3 or frame.height < 3:
        return 0
    typical = float(filled.median() or 0)  # type: ignore[arg-type]
    tail = frame.tail(min(12, frame.height - 1)).rows()
    count = 0
    for place, row in enumerate(reversed(tail), start=1):
        told = [(column, cell) for column, cell in enumerate(row) if cell is not None]
        few = len(told) <= max(1, 0.25 * typical)
        words = bool(told) and not re.match(r"^[\d.,\s%-]+$", told[0][1])
        noted = bool(told) and _NOTE.match(told[0][1]) is not None and len(told) <= 0.5 * typical
        if (
            few
            and words
            and (told[0][0] == 0 or len(told[0][1]) > 8)
            and not re.match(_TOTAL.replace("(?i)", ""), told[0][1], re.IGNORECASE)
        ) or noted:
            count = place
        else:
            break
    return count


def _totals(frame: pl.DataFrame) -> pl.Series:
    """Mark sums and averages written among the rows: the word stands in one of the first three columns."""
    found = pl.repeat(value=False, n=frame.height, eager=True)
    for name in frame.columns[:3]:
        hits = frame[name].str.contains(_TOTAL).fill_null(value=False)
        # A category that is really called 평균 comes in many rows and beside other cells of the same kind.
        if 0 < int(hits.sum()) <= max(1, 0.34 * frame.height):
            others = [each for each in frame.columns[:3] if each != name]
            beside = (
                frame.filter(hits).select(pl.sum_horizontal(pl.col(others).is_not_null())).to_series()
                if others
                else None
            )
            if (
                name == frame.columns[0]
                or int(hits.sum()) <= 0.1 * frame.height
                or (beside is not None and bool((beside < len(others)).all()))
            ):
                found = found | hits
    return found
