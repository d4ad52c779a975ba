"""Columns that split the rows into independent runs, each with a time axis of its own."""

import re
from typing import Final

import polars as pl

_RUN_NAME: Final = re.compile(
    r"file|series|experiment|record|^run|cycle|^no\.?$|unit|batch|session|dataset|시험|실험|회차|차수|배치|파일|machine|설비|호기|라인|mould|mold|금형|station",
    re.IGNORECASE,
)
_OUTCOME: Final = re.compile(
    r"label|anomal|fault|fail|result|judg|inspect|판정|결과|불량|양품|합격|합부|등급|품질|pass|defect|status|상태",
    re.IGNORECASE,
)
_LEAST_RUN = 5
_MOST_RUNS = 5_000


def run_ids(frame: pl.DataFrame, groups: tuple[str, ...]) -> pl.Series:
    """Return a number per row that grows by one where a new run begins; all 0 without groups."""
    if not groups:
        return pl.repeat(0, frame.height, dtype=pl.UInt32, eager=True).rename("run")
    changed = pl.any_horizontal(*(pl.col(name).ne_missing(pl.col(name).shift()) for name in groups))
    return frame.select(changed.cum_sum().cast(pl.UInt32).alias("run")).to_series()


def candidates(frame: pl.DataFrame, *, most: int = _MOST_RUNS) -> list[str]:
    """Return text and whole-number columns with few values, each value in one contiguous run, finest first."""
    found: list[tuple[int, int, str]] = []
    for place, column in enumerate(frame.get_columns()):
        if column.dtype not in (pl.String, pl.Int64) or column.null_count() or not frame.height:
            continue
        changes = int(column.ne_missing(column.shift()).sum())
        if 2 <= changes <= min(most, frame.height // _LEAST_RUN) and changes == column.n_unique():
            found.append((-changes, place, column.name))
    return [name for _, _, name in sorted(found)]


def groups_by_time(frame: pl.DataFrame, time: str) -> tuple[str, ...]:
    """Return the column whose runs each have their own time axis, or nothing.

    Either time steps back where a run ends, though within runs it only grows; or the column is named like a run and
    its boundaries are the only long gaps.
    """
    moments = frame[time]
    steps = moments.dt.epoch("us").diff()
    backwards = (steps < 0).fill_null(value=False)
    for name in candidates(frame):
        border = frame[name].ne_missing(frame[name].shift())
        stepped = int((backwards & border).sum())
        if (
            stepped
            and stepped > 0.5 * int(backwards.sum())
            and int((backwards & ~border).sum()) <= 0.02 * frame.height
        ):
            return (name,)
        if _RUN_NAME.search(name) and not _OUTCOME.search(name):
            usual = float(steps.filter(~border & ~backwards).median() or 0)  # type: ignore[arg-type]
            at_borders = steps.filter(border).drop_nulls()
            if len(at_borders) and bool((at_borders > 3 * usual).mean() >= 0.8):  # type: ignore[operator]
                return (name,)
    return ()


def interleaved(frame: pl.DataFrame, time: str) -> str | None:
    """Return the column (machine, line) whose values share the time axis row by row, or None."""
    doubled = 1 - frame[time].n_unique() / max(1, frame.height)
    if doubled < 0.05:
        return None
    best: tuple[int, str] | None = None
    for column in frame.get_columns():
        if (
            column.name == time
            or column.dtype != pl.String
            or column.null_count()
            or _OUTCOME.search(column.name)
        ):
            continue
        values = column.n_unique()
        if not 2 <= values <= min(200, frame.height // _LEAST_RUN):
            continue
        unique = frame.select(pl.struct(time, column.name).n_unique()).item()
        if unique >= 0.99 * frame.height and (best is None or values < best[0]):
            best = (values, column.name)
    return best[1] if best else None


def counter_of(frame: pl.DataFrame) -> tuple[str, tuple[str, ...]] | None:
    """Return a column that counts rows or milliseconds within each run, and the runs' column; None without any.

    Only for tables without a time: a whole number that grows by even steps and starts again with each run.
    """
    runs = candidates(frame)
    counters = [
        column.name
        for column in frame.get_columns()
        if column.dtype == pl.Int64 and not column.null_count() and column.n_unique() > 2
    ]
    for run in runs:
        border = frame[run].ne_missing(frame[run].shift())
        for name in counters:
            if name == run:
                continue
            steps = frame[name].diff()
            inside = steps.filter(~border)
            back = steps.filter(border).drop_nulls()
            usual = inside.median()
            if usual is None or not len(back) or float(usual) <= 0:  # type: ignore[arg-type]
                continue
            growing = bool((inside > 0).mean() >= 0.98) and bool((inside == usual).mean() >= 0.5)  # type: ignore[operator]
            if growing and bool((back < 0).mean() >= 0.95):  # type: ignore[operator]
                return name, (run,)
    return None
