"""Numbers that stand for "no value": −200, −999, 9999 and the like, believed only with evidence."""

from collections.abc import Collection
from typing import Final

import polars as pl

from jejo.intake.domain.table import Finding, Step

CANDIDATES: Final = (
    -200.0,
    -999.0,
    -9999.0,
    -99999.0,
    -999.9,
    -999.99,
    -9999.9,
    -99.0,
    -99.9,
    999.0,
    999.9,
    9999.0,
    9999.9,
    99999.0,
    999999.0,
    65535.0,
    65534.0,
    32767.0,
    -32768.0,
    2147483647.0,
    -2147483648.0,
    4294967295.0,
)
_REPEATED: Final = 3
_FAR: Final = 2.0


def without_sentinels(
    values: pl.Series, without: Collection[str]
) -> tuple[pl.Series, list[Step], list[Finding]]:
    """Return a numeric column with sentinel values as null.

    A candidate counts as one when it is repeated, lies outside everything else by at least twice the spread of the
    rest (between its 1 % and 99 % quantiles), or is negative where nothing else is and lies that far out by half.
    """
    steps: list[Step] = []
    findings: list[Finding] = []
    known = _known(values.dtype)
    is_known = values.is_in(known)
    hits = values.filter(is_known)
    if not len(hits):
        return values, steps, findings
    rest = values.filter(~is_known).drop_nulls()
    if len(rest) < 20 or rest.n_unique() < 5:
        return values, steps, findings
    found = sorted(
        (value, count)
        for value, count in hits.value_counts().rows()
        if count >= _REPEATED and _is_far(value, rest)
    )
    if not found:
        return values, steps, findings
    marks, total = [value for value, _ in found], sum(count for _, count in found)
    facts = {"column": values.name, "values": [f"{value:g}" for value in marks], "count": total}
    findings.append(Finding("values.sentinel", facts, total, values.name))
    step = Step("values.sentinel", facts, column=values.name)
    if step.key not in without:
        steps.append(step)
        kept = values.to_frame("v").select(pl.when(~pl.col("v").is_in(marks)).then("v"))
        values = kept.to_series().rename(values.name)
    return values, steps, findings


def _known(kind: pl.DataType) -> list[int] | list[float]:
    return [int(each) for each in CANDIDATES if each.is_integer()] if kind == pl.Int64 else list(CANDIDATES)


def _is_far(value: float, rest: pl.Series) -> bool:
    low, high = float(rest.quantile(0.01) or 0.0), float(rest.quantile(0.99) or 0.0)
    least, most = float(rest.min() or 0.0), float(rest.max() or 0.0)  # type: ignore[arg-type]
    spread = max(high - low, abs(high) * 0.01, 1e-9)
    if value < 0 <= least:
        # Nothing else is negative: a physical quantity that cannot be, given as a round mark.
        return least - value > 0.05 * spread
    return value < least - _FAR * spread or value > most + _FAR * spread
