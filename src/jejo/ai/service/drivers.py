"""Explains a label: what goes with it, how sure that is, and which columns only repeat it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Driver, Interval, LabelReport, Leak, Task
from jejo.ai.domain.features import (
    Features,
    context_column,
    is_category,
    numbering_column,
    past_features,
    plain_features,
    usable_columns,
)
from jejo.ai.domain.folds import cut_folds, deciding_group
from jejo.ai.domain.labels import FEWEST_POSITIVES, LabelChoice, Target, Unusable, read_target
from jejo.ai.domain.labels import choose_label as choose_label
from jejo.ai.domain.leaks import find_leaks
from jejo.ai.service.boosting import Rows
from jejo.ai.service.explanation import explain
from jejo.ai.service.validation import hold_out, measure, measure_forward

__all__ = ["DriverService", "LabelChoice", "choose_label"]

MOST_ROWS = 100_000
"""Longer tables are thinned evenly, unless that leaves too few bad rows."""
LARGEST = 1e18
"""Greater numbers are taken as missing."""

Progress = Callable[[float], None]


class DriverService:
    """Finds drivers of a label with validation that a later day or another run would confirm.

    Args:
        seed: of every draw, so that a report can be made again.
    """

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed

    def analyse(
        self,
        frame: pl.DataFrame,
        label: str,
        features: Sequence[str],
        *,
        time: str | None = None,
        groups: Sequence[str] = (),
        siblings: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> LabelReport:
        """Return what the frame says about the label.

        Args:
            frame: cleaned rows; the label may be words, numbers or blanks.
            features: columns that may explain the label; leaks among them are named and left out.
            time: column that orders the rows; past rows then become features, too.
            groups: columns that name runs (mould, case, file).
            siblings: other outcomes of the same rows; never used as features.
            progress: told the share done, 0 to 1.
        """
        tell = progress or (lambda done: None)
        # Infinite readings are no readings; float32 ends at 3e38 and its products much earlier.
        numbers = pl.selectors.numeric().cast(pl.Float64)
        frame = frame.with_columns(pl.when(numbers.abs() < LARGEST).then(numbers))
        # A time that could not be read as one (only minutes are left of it) orders nothing.
        time = time if time is not None and frame[time].dtype.is_temporal() else None
        groups = [name for name in groups if name in frame.columns and name != label]
        if time is not None and not frame[time].is_sorted(nulls_last=True):
            frame = frame.sort(time, nulls_last=True, maintain_order=True)
        numbering = numbering_column(frame, [name for name in frame.columns if name != label])
        if time is None and numbering is not None:
            frame = frame.sort(pl.col(numbering).cast(pl.Float64), maintain_order=True)
        target = read_target(frame[label])
        if isinstance(target, Unusable):
            return _refused(frame, label, target)
        known = np.isfinite(target.values)
        columns = [name for name in dict.fromkeys((*features, *siblings)) if name not in (label, time)]
        columns = [name for name in columns if name in frame.columns]
        rows_known = frame.filter(pl.Series(known))
        group = deciding_group(rows_known, target.values[known], target.task, groups, columns)
        found = find_leaks(frame, label, target, [name for name in columns if name != group], siblings)
        leaks = (
            found.leaks if group not in columns else (*found.leaks, Leak(str(group), "run", {"label": label}))
        )
        out = {leak.column for leak in leaks}
        clean = usable_columns(frame, [name for name in columns if name not in out])
        if not clean:
            return replace(_refused(frame, label, Unusable("no-features")), leaks=leaks, task=target.task)
        tell(0.05)

        is_numbered = numbering is not None
        if group is None and time is None and not is_numbered:
            # Runs that do not decide the label still make their rows alike.
            group = next((name for name in groups if 4 <= frame[name].n_unique() <= frame.height / 2), None)
        codes = (
            None
            if group is None
            else frame[group].cast(pl.String).fill_null("").rank("dense").to_numpy().astype(np.int64) - 1
        )
        keep = _thin(known & ~found.decided, target)
        values = target.values[keep]
        plan = cut_folds(
            values,
            target.task,
            has_time=time is not None,
            is_numbered=is_numbered,
            groups=None if codes is None else codes[keep],
            seed=self._seed,
        )
        table = _table(frame, clean, time, groups)
        table = replace(table, matrix=table.matrix[keep])
        held = hold_out(
            table, values, target, plan, seed=self._seed, tell=lambda done: tell(0.05 + 0.65 * done)
        )
        measured = measure(values, held, target, plan)
        forward = measure_forward(table, values, target, plan, seed=self._seed)
        tell(0.8)
        drivers: tuple[Driver, ...] = ()
        if not measured.no_skill:
            drivers = explain(table, values, target, plan, held.models, seed=self._seed)
        tell(0.9)
        metrics = measured.metrics
        if leaks:
            metrics = self._with_leaks(
                frame, target, [*clean, *out], _thin(known, target), time, codes, is_numbered
            )
        tell(1.0)
        everything = target.values[known]
        left_out = bool(found.decided.any())
        return LabelReport(
            column=label,
            task=target.task,
            positive=target.positive,
            base_rate=_base_rate(everything, target.task),
            rows=int(known.sum()),
            validation=plan.validation,
            metrics=metrics,
            metrics_without_leaks=measured.metrics,
            leaks=leaks,
            drivers=drivers,
            no_skill=measured.no_skill,
            base_rate_without_leaks=_base_rate(values, target.task) if left_out else None,
            rows_without_leaks=len(values) if left_out else None,
            metrics_forward=forward,
            base_rate_forward=_base_rate(values[plan.forward.test], target.task)
            if forward and plan.forward is not None
            else None,
            positives=int((everything == 1).sum()) if target.task is Task.BINARY else None,
            group=group,
        )

    def _with_leaks(
        self,
        frame: pl.DataFrame,
        target: Target,
        columns: Sequence[str],
        keep: Rows,
        time: str | None,
        codes: NDArray[np.int64] | None,
        is_numbered: bool,
    ) -> dict[str, Interval]:
        """Return the metrics that a careless model would report: every column, every row, the same folds."""
        usable = [
            name for name in columns if not frame[name].dtype.is_temporal() and frame[name].n_unique() > 1
        ]
        table = plain_features(frame[keep], usable)
        values = target.values[keep]
        plan = cut_folds(
            values,
            target.task,
            has_time=time is not None,
            is_numbered=is_numbered,
            groups=None if codes is None else codes[keep],
            seed=self._seed,
        )
        held = hold_out(table, values, target, plan, seed=self._seed, is_quick=True)
        return measure(values, held, target, plan).metrics


def _table(frame: pl.DataFrame, columns: Sequence[str], time: str | None, groups: Sequence[str]) -> Features:
    """Return the columns as they are and, where rows have a time, against the rows before them."""
    plain = plain_features(frame, columns, groups)
    if time is None:
        return plain
    measured = [name for name in columns if frame[name].dtype.is_numeric() and not is_category(frame[name])]
    measured = [name for name in measured if name not in groups]
    past = past_features(frame, measured, time, context_column(frame, columns, groups))
    return Features((*plain.made, *past.made), np.column_stack([plain.matrix, past.matrix]), plain.levels)


def _thin(keep: NDArray[np.bool_], target: Target) -> Rows:
    """Return the row numbers to analyse, evenly thinned where there are too many."""
    rows = np.flatnonzero(keep)
    if len(rows) <= MOST_ROWS:
        return rows
    thinned = rows[np.linspace(0, len(rows) - 1, MOST_ROWS).astype(np.int64)]
    if target.task is Task.BINARY and (target.values[thinned] == 1).sum() < 5 * FEWEST_POSITIVES:
        return rows
    return thinned


def _base_rate(values: NDArray[np.float64], task: Task) -> float:
    if task is Task.MULTICLASS:
        return float(np.bincount(values.astype(int)).max() / len(values))
    return float(values.mean())


def _refused(frame: pl.DataFrame, label: str, reason: Unusable) -> LabelReport:
    return LabelReport(
        column=label,
        task=Task.BINARY,
        positive=None,
        base_rate=float("nan"),
        rows=frame.height - frame[label].null_count(),
        validation="",
        metrics={},
        metrics_without_leaks={},
        leaks=(),
        drivers=(),
        not_computable=reason.reason,
        not_computable_facts=reason.facts,
    )
