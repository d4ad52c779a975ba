"""What one row of a table stands for, and which of its time columns leads."""

import re
from collections.abc import Mapping
from typing import Final

import polars as pl

from jejo.intake.domain.table import Kind, Role

_CASE: Final = re.compile(
    r"case|작업\s*지시|오더|order|주문|로트|lot|전표|wo.?no|work.?order|trace|배치|batch", re.IGNORECASE
)
_ACTIVITY: Final = re.compile(
    r"activity|operation|task|공정|작업\s*(명|내용|단계)?$|단계|활동|event|이벤트|알람|alarm|메시지|message",
    re.IGNORECASE,
)
_ALARM: Final = re.compile(
    r"event|이벤트|알람|alarm|메시지|message|에러\s*코드|error.?code|경보", re.IGNORECASE
)
_ITEM: Final = re.compile(
    r"lot|로트|shot|샷|타수|쇼트|serial|시리얼|바코드|barcode|제품\s*(번호|코드|명)?|품번|품명|품목|item|product|part|pass.?or.?fail|판정|불량|양품"
    r"|검사|시료|sample.?no|시편|mold|mould|금형|order",
    re.IGNORECASE,
)
_LATER: Final = re.compile(
    r"end|finish|complete|완료|종료|마감|eta|due|납기|입고|acquisition|layout|receiv|expire|유효|출하|등록|수정|update|create|regist",
    re.IGNORECASE,
)
_FEW_ROWS: Final = 20
# Machines that log by the clock keep it; shots and lots come when they come.
_REGULAR: Final = 0.9
_REGULAR_WITH_LABEL: Final = 0.6


def leading_time(frame: pl.DataFrame, wanted: str | None) -> str | None:
    """Return the column that orders the rows, or None: the one the user names, else the fullest, most varied, first."""
    best: tuple[float, str] | None = None
    places = [column for column in frame.get_columns() if column.dtype == pl.Datetime]
    for place, column in enumerate(places):
        if column.name == wanted:
            return column.name
        told = len(column) - column.null_count()
        if told < 0.5 * len(column) or not told:
            continue
        score = column.n_unique() / len(column) + told / len(column) - 0.05 * place
        score -= 0.5 if _LATER.search(column.name) else 0.0
        if best is None or score > best[0]:
            best = (score, column.name)
    return best[1] if best else None


def kind_of(
    frame: pl.DataFrame,
    roles: Mapping[str, Role],
    time: str | None,
    *,
    has_counter: bool,
    has_lost_times: bool,
    regularity: float,
    is_coarse: bool,
    by_day: bool,
) -> Kind:
    """Return what one row stands for.

    Args:
        roles: of every column.
        has_counter: no time, but a counter that restarts per run.
        has_lost_times: a column of times that a spreadsheet cut off.
        regularity: share of steps near the median one.
        is_coarse: many rows share each stamp.
        by_day: the stamps are dates.
    """
    names = frame.columns
    words = [name for name in names if frame[name].dtype == pl.String]
    signals = [name for name in names if roles[name] is Role.SIGNAL and frame[name].dtype.is_numeric()]
    if _is_event_log(frame, words, time, has_lost_times=has_lost_times, signals=len(signals)):
        return Kind.EVENT_LOG
    named = any(_ITEM.search(name) for name in names if roles[name] in (Role.ID, Role.CATEGORY, Role.LABEL))
    item = named or any(role is Role.LABEL for role in roles.values())
    if time is not None:
        if frame[time].n_unique() < 3 or not signals:
            return Kind.OTHER if not item or frame.height < _FEW_ROWS else Kind.PER_ITEM
        if item and by_day and is_coarse:
            return Kind.PER_ITEM
        irregular = regularity < (_REGULAR if named else _REGULAR_WITH_LABEL)
        return Kind.PER_ITEM if item and irregular and not is_coarse else Kind.TIME_SERIES
    if has_counter and signals:
        return Kind.TIME_SERIES
    if frame.height < _FEW_ROWS or not signals:
        return Kind.OTHER
    return Kind.PER_ITEM


def _is_event_log(
    frame: pl.DataFrame, words: list[str], time: str | None, *, has_lost_times: bool, signals: int
) -> bool:
    if time is None and not has_lost_times:
        return False
    cases = [
        name
        for name in frame.columns
        if _CASE.search(name) and 1 < frame[name].n_unique() < 0.8 * frame.height
    ]
    activities = [
        name for name in words if _ACTIVITY.search(name) and 1 < frame[name].n_unique() <= 0.2 * frame.height
    ]
    if any(case != activity for case in cases for activity in activities):
        return not (signals > 6 and not has_lost_times)
    return time is not None and signals == 0 and any(_ALARM.search(name) for name in words)
