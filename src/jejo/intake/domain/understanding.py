"""The whole way from a sheet to an understood table."""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from jejo.intake.domain.body import Body, read_body
from jejo.intake.domain.columns import UTC_TIME, Typed, join_clocks, type_columns
from jejo.intake.domain.dates import Context
from jejo.intake.domain.grouping import counter_of, groups_by_time, run_ids
from jejo.intake.domain.kinds import kind_of, leading_time
from jejo.intake.domain.longform import widened
from jejo.intake.domain.meaning import ConceptLookup, Meaning, meanings
from jejo.intake.domain.personal import mask, mask_text
from jejo.intake.domain.raw import Sheet
from jejo.intake.domain.stuck import stuck_signals
from jejo.intake.domain.table import Column, Finding, Kind, Role, Stats, Step, Table
from jejo.intake.domain.timeline import Timeline, is_by_day, order_in_time
from jejo.kernel.clock import SEOUL

_YEAR: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?=\s*(?:년|[-._/\s]|[01][0-9]|$))")
_DATE: Final = re.compile(
    r"(20[0-9]{2})\s*(?:년|[-./])\s*([0-9]{1,2})\s*(?:월|[-./])\s*([0-9]{1,2})|(?<![0-9])(20[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])"
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user decided.

    Args:
        without: keys of steps to leave out.
        time, label: columns the user names.
    """

    without: Collection[str] = ()
    time: str | None = None
    label: str | None = None


def understand(
    sheet: Sheet,
    file_name: str,
    wishes: Wishes,
    concepts: ConceptLookup,
    now: datetime,
    progress: Callable[[float], None],
) -> Table | None:
    """Return the table of a sheet, or None when the sheet holds none.

    Args:
        file_name: for a year or date that only the name tells.
        now: aware UTC, for years nobody wrote down.
        progress: called with 0…1.
    """
    body = read_body(sheet, wishes.without)
    if body is None or not body.frame.height or not body.frame.width:
        return None
    progress(0.1)
    told = (*body.titles, sheet.name, file_name)
    context = Context(_year(told), now)
    typed = type_columns(
        body, context, wishes.without, time=wishes.time, progress=lambda share: progress(0.1 + 0.6 * share)
    )
    join_clocks(typed, context, _day(told), wishes.without)
    if not typed.columns:
        return None
    progress(0.75)
    table = _table(body, typed, wishes, concepts, progress)
    progress(1.0)
    return table


def _table(
    body: Body, typed: Typed, wishes: Wishes, concepts: ConceptLookup, progress: Callable[[float], None]
) -> Table:
    wanted = typed.renamed.get(wishes.time or "", wishes.time)
    label = typed.renamed.get(wishes.label or "", wishes.label)
    frame = typed.frame()
    steps, findings = [*body.steps, *typed.steps], [*body.findings, *typed.findings]
    time = leading_time(frame, wanted)
    if time is not None and (wide := widened(frame, time, wishes.without)) is not None:
        frame = wide.frame
        steps.append(wide.step)
    found = meanings(frame, concepts, time=time, label=label)
    roles = dict(
        zip(
            frame.columns,
            (_role(frame[name], each) for name, each in zip(frame.columns, found, strict=True)),
            strict=True,
        )
    )
    progress(0.8)
    groups = groups_by_time(frame, time) if time else ()
    line: Timeline | None = None
    counter = None
    if time is not None:
        line = order_in_time(frame, time, groups, wishes.without)
        frame, groups = line.frame, line.groups
        steps.extend(line.steps)
        findings.extend(line.findings)
    else:
        counter = counter_of(frame)
        if counter is not None:
            groups = counter[1]
            findings.append(
                Finding("time.counter-only", {"column": counter[0], "groups": list(groups)}, 0, counter[0])
            )
    progress(0.9)
    if wanted is not None and time != wanted and wanted in frame.columns:
        findings.append(Finding("time.not-a-time", {"column": wanted}, frame.height, wanted))
    lost = any(each.code == "time.truncated" for each in findings)
    kind = kind_of(
        frame,
        roles,
        time,
        has_counter=counter is not None,
        has_lost_times=lost,
        regularity=line.regularity if line else 0.0,
        is_coarse=line.is_coarse if line else False,
        by_day=time is not None and is_by_day(frame[time]),
    )
    for name in (*groups, *([counter[0]] if counter else [])):
        if roles[name] in (Role.SIGNAL, Role.LABEL) and name != label:
            roles[name] = Role.ID if counter and name == counter[0] else Role.CATEGORY
    return _finished(
        body,
        frame,
        found,
        roles,
        steps,
        findings,
        kind=kind,
        time=time,
        groups=groups,
        sampling=line.sampling if line and kind is not Kind.EVENT_LOG else None,
    )


def _finished(
    body: Body,
    frame: pl.DataFrame,
    found: Sequence[Meaning],
    roles: Mapping[str, Role],
    steps: list[Step],
    findings: list[Finding],
    *,
    kind: Kind,
    time: str | None,
    groups: tuple[str, ...],
    sampling: timedelta | None,
) -> Table:
    signals = tuple(
        name for name, role in roles.items() if role is Role.SIGNAL and frame[name].dtype.is_numeric()
    )
    if kind is Kind.TIME_SERIES:
        findings.extend(stuck_signals(frame, signals, run_ids(frame, groups)))
    frame = frame.with_columns(_final(frame[name], roles[name]) for name in frame.columns)
    frame, masked = mask(frame, [name for name, role in roles.items() if role is Role.PERSONAL])
    columns = tuple(
        Column(name, roles[name], _stats(frame[name]), each.concept, each.irdi, each.unit, each.confidence)
        for name, each in zip(frame.columns, found, strict=True)
    )
    return Table(
        name=body.name,
        kind=kind,
        frame=frame,
        columns=columns,
        header_rows=body.header_rows,
        steps=tuple(replace(step, facts=_covered(step.facts)) for step in (*steps, *masked)),
        findings=tuple(replace(each, facts=_covered(each.facts)) for each in findings),
        time=time,
        sampling=sampling,
        groups=groups,
    )


def _role(column: pl.Series, meaning: Meaning) -> Role:
    if column.dtype == pl.Datetime and meaning.role in (Role.SIGNAL, Role.CATEGORY, Role.ID):
        return Role.TIME
    if column.dtype == pl.String and meaning.role is Role.SIGNAL:
        return Role.CATEGORY
    if meaning.role is Role.TIME and column.dtype.is_numeric():
        return Role.ID
    return meaning.role


def _final(column: pl.Series, role: Role) -> pl.Series:
    """Return a column in the type its role has in a table."""
    if column.dtype == UTC_TIME or column.dtype == pl.String:
        return column
    if role in (Role.SIGNAL, Role.LABEL) and column.dtype.is_numeric():
        return column.cast(pl.Float64)
    return column.cast(pl.String)


def _stats(column: pl.Series) -> Stats:
    count, nulls = len(column), column.null_count()
    if not column.dtype.is_numeric() or nulls == count:
        return Stats(count, nulls)
    return Stats(count, nulls, float(column.min()), float(column.max()), float(column.mean()))  # type: ignore[arg-type]


def _covered(facts: Mapping[str, object]) -> dict[str, object]:
    """Return facts with personal numbers covered: examples are quoted from cells."""
    covered: dict[str, object] = {}
    for name, value in facts.items():
        if isinstance(value, str):
            covered[name] = mask_text(value)
        elif isinstance(value, list):
            covered[name] = [mask_text(each) if isinstance(each, str) else each for each in value]
        else:
            covered[name] = value
    return covered


def _year(texts: Sequence[str]) -> int | None:
    for text in texts:
        if found := _YEAR.search(text):
            return int(found.group(1))
    return None


def _day(texts: Sequence[str]) -> datetime | None:
    """Return the one date that title, sheet or file name tell, as midnight in Asia/Seoul."""
    for text in texts:
        if found := _DATE.search(text):
            year, month, day = (int(each) for each in found.groups() if each)
            if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
                return datetime(year, month, day, tzinfo=SEOUL)
    return None
