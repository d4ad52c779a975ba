"""Signals that stand still for longer than they ever do."""

from typing import Final

import polars as pl

from jejo.intake.domain.table import Finding

_LEAST_ROWS: Final = 100
_LEAST_RUN: Final = 20
_FACTOR: Final = 10.0
# Fewer values than this: a setting or a state, which may stand for hours.
_LEAST_VALUES: Final = 15


def stuck_signals(frame: pl.DataFrame, signals: tuple[str, ...], runs: pl.Series) -> list[Finding]:
    """Return a finding per signal that kept one value far longer than its usual run of equal values.

    Zero is left out: a machine that is off is not a broken sensor. So are signals that hardly ever change.
    """
    findings: list[Finding] = []
    if frame.height < _LEAST_ROWS:
        return findings
    for name in signals:
        if frame[name].n_unique() < _LEAST_VALUES:
            continue
        lengths = _run_lengths(frame[name], runs)
        if lengths.height < _LEAST_ROWS * 0.5:
            continue
        usual = float(lengths["len"].quantile(0.99) or 1.0)
        limit = max(_LEAST_RUN, _FACTOR * usual)
        long = lengths.filter((pl.col("len") > limit) & (pl.col("value") != 0))
        ends = (lengths["value"].min(), lengths["value"].max())
        if long.height > 2:
            # Again and again at its lowest or highest value: the end of the scale, not a dead sensor.
            long = long.filter(~pl.col("value").is_in(list(ends)))
        if not long.height:
            continue
        rows = int(long["len"].sum())
        longest = long.sort("len").row(-1, named=True)
        facts = {
            "column": name,
            "count": long.height,
            "rows": rows,
            "longest": longest["len"],
            "value": longest["value"],
        }
        findings.append(Finding("signal.stuck", facts, rows, name))
    return findings


def _run_lengths(column: pl.Series, runs: pl.Series) -> pl.DataFrame:
    changed = column.ne_missing(column.shift()) | runs.ne_missing(runs.shift())
    frame = pl.DataFrame({"value": column, "id": changed.cum_sum()})
    return frame.group_by("id").agg(pl.col("value").first(), pl.len()).drop_nulls("value")
