"""The time axis of a table: misdated midnights, disorder, repeats, coarse stamps, gaps."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl

from jejo.intake.domain.grouping import interleaved, run_ids
from jejo.intake.domain.table import Finding, Step

_DAY: Final = 86_400_000_000
_GAP_FACTOR: Final = 3.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """A frame in time order (per run) with what was found and done.

    Args:
        sampling: median step within runs, or None when there is none.
        regularity: share of steps within a tenth of that.
        is_coarse: many rows share each stamp.
    """

    frame: pl.DataFrame
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    sampling: timedelta | None
    regularity: float
    is_coarse: bool
    groups: tuple[str, ...]


def order_in_time(
    frame: pl.DataFrame, time: str, groups: tuple[str, ...], without: Collection[str]
) -> Timeline:
    """Return the rows in time order within each run, with everything strange about their times."""
    steps: list[Step] = []
    findings: list[Finding] = []
    frame = _without_timeless(frame, time, without, steps, findings)
    if not groups:
        frame, groups = _apart(frame, time, without, steps)
    runs = run_ids(frame, groups)
    frame = _midnights(frame, time, runs, without, steps, findings)
    frame = _sorted(frame, time, runs, without, steps, findings)
    runs = run_ids(frame, groups)
    micro = frame[time].dt.epoch("us")
    inside = (runs == runs.shift()).fill_null(value=False)
    gaps = micro.diff().filter(inside).drop_nulls()
    forward = gaps.filter(gaps > 0)
    sampling, regularity = _sampling(forward)
    coarse = _repeats(frame, time, runs, gaps, without, findings)
    if sampling is not None and regularity >= 0.5 and not coarse:
        _gaps(forward, sampling, time, findings)
    return Timeline(frame, tuple(steps), tuple(findings), sampling, regularity, coarse, groups)


def _without_timeless(
    frame: pl.DataFrame, time: str, without: Collection[str], steps: list[Step], findings: list[Finding]
) -> pl.DataFrame:
    missing = frame[time].null_count()
    if not missing:
        return frame
    findings.append(Finding("time.missing", {"column": time, "count": missing}, missing, time))
    step = Step("time.rows-without", {"column": time, "count": missing}, column=time)
    if step.key in without:
        return frame
    steps.append(step)
    return frame.filter(pl.col(time).is_not_null())


def _apart(
    frame: pl.DataFrame, time: str, without: Collection[str], steps: list[Step]
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Put the rows of several machines that share one time axis machine by machine."""
    name = interleaved(frame, time)
    if name is None:
        return frame, ()
    step = Step("time.apart", {"column": name, "count": frame[name].n_unique()}, column=name)
    if step.key in without:
        return frame, ()
    steps.append(step)
    order = {value: place for place, value in enumerate(frame[name].unique(maintain_order=True).to_list())}
    place = pl.col(name).replace_strict(list(order), list(order.values()), return_dtype=pl.Int64)
    return frame.sort(place, maintain_order=True), (name,)


def _midnights(
    frame: pl.DataFrame,
    time: str,
    runs: pl.Series,
    without: Collection[str],
    steps: list[Step],
    findings: list[Finding],
) -> pl.DataFrame:
    """Find rows at 00:00 that carry the date of the day they end: a day later the sequence is regular."""
    micro = frame[time].dt.epoch("us").to_frame("t").with_columns(runs.alias("run"))
    before = pl.col("t") - pl.col("t").shift()
    after = pl.col("t").shift(-1) - pl.col("t")
    usual = micro.select(
        before.filter((before > 0) & (pl.col("run") == pl.col("run").shift())).median()
    ).item()
    if usual is None or usual >= _DAY:
        return frame
    offset = 9 * 3_600_000_000
    midnight = (pl.col("t") % _DAY == 0) | ((pl.col("t") + offset) % _DAY == 0)
    same_run = pl.col("run") == pl.col("run").shift()
    # Moved by a day, the row stands one usual step after its predecessor and, if there is one, before its successor.
    fits = (
        (before < 0)
        & same_run
        & ((before + _DAY - usual).abs() <= 0.1 * usual)
        & (
            ((after - _DAY - usual).abs() <= 0.1 * usual)
            | after.is_null()
            | (pl.col("run") != pl.col("run").shift(-1))
        )
    )
    marked = micro.select((midnight & fits).fill_null(value=False)).to_series()
    count = int(marked.sum())
    if not count:
        return frame
    findings.append(Finding("time.misdated-midnight", {"column": time, "count": count}, count, time))
    step = Step("time.misdated-midnight", {"column": time, "count": count}, column=time)
    if step.key in without:
        return frame
    steps.append(step)
    moved = pl.when(marked).then(pl.col(time) + pl.duration(days=1)).otherwise(pl.col(time))
    return frame.with_columns(moved.alias(time))


def _sorted(
    frame: pl.DataFrame,
    time: str,
    runs: pl.Series,
    without: Collection[str],
    steps: list[Step],
    findings: list[Finding],
) -> pl.DataFrame:
    inside = (runs == runs.shift()).fill_null(value=False)
    back = int(((frame[time].dt.epoch("us").diff() < 0).fill_null(value=False) & inside).sum())
    if not back:
        return frame
    forward = int(((frame[time].dt.epoch("us").diff() > 0).fill_null(value=False) & inside).sum())
    if back > 0.95 * (back + forward) and back > 1:
        step = Step("time.reversed", {"column": time, "count": frame.height}, column=time)
    else:
        findings.append(Finding("time.disordered", {"column": time, "count": back}, back, time))
        step = Step("time.sorted", {"column": time, "count": back}, column=time)
    if step.key in without:
        return frame
    steps.append(step)
    return (
        frame.with_columns(runs.alias("\0run"))
        .sort("\0run", time, maintain_order=True, nulls_last=True)
        .drop("\0run")
    )


def _sampling(forward: pl.Series) -> tuple[timedelta | None, float]:
    if not len(forward):
        return None, 0.0
    usual = float(forward.median())  # type: ignore[arg-type]
    near = float(((forward - usual).abs() <= 0.1 * usual).mean())  # type: ignore[arg-type]
    return timedelta(microseconds=usual), near


def _repeats(
    frame: pl.DataFrame,
    time: str,
    runs: pl.Series,
    gaps: pl.Series,
    without: Collection[str],
    findings: list[Finding],
) -> bool:
    same = int((gaps == 0).sum())
    if not same:
        return False
    stamps = len(gaps) - same + 1
    per_stamp = frame.height / stamps
    if per_stamp >= 2 and (unit := _resolution(frame[time])) is not None:
        facts = {"column": time, "count": same, "per": round(per_stamp, 1)}
        findings.append(Finding(f"time.coarse.{unit}", facts, frame.height, time))
        return True
    doubled = frame.with_columns(runs.alias("\0run"))
    count = int(doubled.select(pl.struct("\0run", time).is_duplicated().sum()).item())
    twins = int(doubled.is_duplicated().sum())
    findings.append(Finding("time.duplicates", {"column": time, "count": count, "same": twins}, count, time))
    return False


def is_by_day(times: pl.Series) -> bool:
    """Return whether all times are the same moment of their day: dates, in whatever zone."""
    return (times.drop_nulls().dt.epoch("us") % _DAY).n_unique() <= 1


def _resolution(times: pl.Series) -> str | None:
    """Return `minute`, `hour` or `day` where no time tells more than that."""
    told = times.drop_nulls().dt.epoch("us")
    if is_by_day(times):
        return "day"
    return (
        "hour"
        if bool((told % 3_600_000_000 == 0).all())
        else "minute"
        if bool((told % 60_000_000 == 0).all())
        else None
    )


def _gaps(forward: pl.Series, sampling: timedelta, time: str, findings: list[Finding]) -> None:
    usual = sampling / timedelta(microseconds=1)
    long = forward.filter(forward > _GAP_FACTOR * usual)
    if len(long):
        longest = timedelta(microseconds=int(long.max()))  # type: ignore[arg-type]
        lost = round(float((long / usual - 1).sum()))
        facts = {"column": time, "count": len(long), "longest": longest, "lost": lost}
        findings.append(Finding("time.gaps", facts, len(long), time))
