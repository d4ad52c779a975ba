"""Finds anomalies in a table nobody labelled, and scores rows after a stretch known to be usual."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import Anomaly, AnomalyReport, Detector, Rows, Share, UsualRange
from jejo.ai.domain.gaps import carry_forward, fill_with, is_counter, medians
from jejo.ai.domain.intervals import Stretch, merge_close, reach_back, strangest_part, stretches
from jejo.ai.domain.limits import PERSISTENCE, raise_alarms
from jejo.ai.domain.panel import BUDGET, Panel
from jejo.ai.domain.reference import LEAST_ROWS, Reference, choose_reference, fit_reference, margins_of
from jejo.kernel.errors import Invalid
from jejo.kernel.plugins import Plugins

DEFAULT = ("subspace_window", "ewma_residual", "rolling_mahalanobis")
"""The product's default panel."""
DEMANDS = {"rolling_mahalanobis": 2.0}
"""Thirty-row statistics have the fewest independent samples behind them: their limit counts double."""
MOST_ANOMALIES = 20
_MOST_SHARES = 5
_EXPLAINED_ROWS = 400
_MERGE_GAP = 30
_MOST_RUNS = 200

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Run:
    """One run: its rows of the frame, brought into shape.

    Args:
        positions: rows of the frame that are scored, ascending, shape (m,).
        signals: columns of the matrix that move in this run, shape (k,).
        rows: shape (m, k), no NaN.
    """

    group: str | None
    positions: NDArray[np.int64]
    signals: NDArray[np.int64]
    rows: Rows


@dataclass(frozen=True, slots=True)
class _Found:
    """An interval before its signals are worked out; `weight` ranks it among those of all runs."""

    run: _Run
    reference: Reference
    stretch: Stretch
    margins: NDArray[np.float64]
    weight: float


class AnomalyService:
    """Anomalies by a panel of causal detectors.

    Args:
        detectors: where detectors are found by name.
    """

    def __init__(self, detectors: Plugins[type[Detector]]) -> None:
        self._detectors = detectors

    def names(self) -> list[str]:
        """Return the names of all detectors."""
        return self._detectors.names()

    def find(
        self,
        frame: pl.DataFrame,
        signals: Sequence[str],
        *,
        time: str | None = None,
        groups: Sequence[str] = (),
        fit_rows: int | None = None,
        progress: Progress | None = None,
    ) -> AnomalyReport:
        """Find strange intervals in each run of a table.

        Args:
            frame: rows in time order, per run where `groups` names columns that tell runs apart.
            signals: numeric columns to look at; constant ones, counters and mostly empty ones are left out.
            time: name of the time column; never a signal.
            fit_rows: rows at the start of each run to take as usual; None: the service chooses.
            progress: told the share that is done, 0 to 1.
        Returns:
            At most 20 anomalies, the most excess over time first. `is_anomaly` covers exactly their rows.
        """
        names = [name for name in signals if name != time]
        scores = np.full(frame.height, np.nan)
        flags = np.zeros(frame.height, dtype=bool)
        if not names:
            return AnomalyReport((), (), (), scores, flags, "ai.no-signals")
        if frame.height < LEAST_ROWS:
            return AnomalyReport((), (), (), scores, flags, "ai.too-few-rows")
        matrix = _numbers(frame, names)
        moving = [run for run in _runs(frame, matrix, groups) if len(run.signals)]
        runs = [run for run in moving if len(run.rows) >= LEAST_ROWS]
        if not runs:
            reason = "ai.too-few-rows" if moving else "ai.no-signals"
            return AnomalyReport((), (), (), scores, flags, reason)
        panels = self._panels()
        found: list[_Found] = []
        used: list[tuple[int, int]] = []
        usual: list[NDArray[np.float64]] = []
        for number, run in enumerate(runs):
            reference = _reference(run, fit_rows, panels)
            margins = margins_of(run.rows, reference.panel)
            verdict = reference.panel.verdict(margins)
            scores[run.positions] = verdict
            found += [_Found(run, reference, each, margins, weight) for each, weight in _intervals(verdict)]
            used.append(
                (int(run.positions[reference.stretch.first]), int(run.positions[reference.stretch.last]))
            )
            usual.append(matrix[run.positions[_row_numbers(reference)]])
            if progress is not None:
                progress((number + 1) / (len(runs) + 1))
        kept = sorted(found, key=lambda each: -each.weight)[:MOST_ANOMALIES]
        for each in kept:
            flags[each.run.positions[each.stretch.first : each.stretch.last + 1]] = True
        anomalies = tuple(_anomaly(each, names) for each in kept)
        if progress is not None:
            progress(1.0)
        return AnomalyReport(anomalies, _usual_ranges(usual, names), tuple(used), scores, flags)

    def score(
        self, frame: pl.DataFrame, signals: Sequence[str], fit_rows: int, detector: str | None = None
    ) -> pl.DataFrame:
        """Score every row, fitted on the first rows only; causal.

        Args:
            frame: rows in time order; input order is kept.
            fit_rows: rows at the start that are usual.
            detector: name of one detector; None: the product's default panel.
        Returns:
            Columns `score` (float64, 1 is the limit) and `is_anomaly` (after persistence), one row per row.
        Raises:
            NotFound: `kernel.no-plugin`.
            Invalid: `ai.no-signals`, `ai.fit-rows` (more than there are), `ai.too-few-rows`.
        """
        if not signals:
            raise Invalid("ai.no-signals")
        if fit_rows > frame.height:
            raise Invalid("ai.fit-rows", fit_rows=fit_rows, rows=frame.height)
        panel = self._panels((detector,) if detector else DEFAULT)(BUDGET)
        rows = carry_forward(_numbers(frame, signals), limit=None)
        rows = fill_with(rows, medians(rows[:fit_rows]))
        panel.fit(rows[:fit_rows])
        verdict = panel.verdict(panel.margins(rows))
        return pl.DataFrame({"score": verdict, "is_anomaly": raise_alarms(verdict)})

    def _panels(self, names: Sequence[str] = DEFAULT) -> Callable[[float], Panel]:
        """Return what makes a panel of a budget: detectors are looked up once, runs may be many."""
        makers = {name: self._detectors.get(name) for name in names}
        demands = DEMANDS if len(names) > 1 else {}
        return lambda budget: Panel(makers, demands, budget)


def _reference(run: _Run, fit_rows: int | None, panels: Callable[[float], Panel]) -> Reference:
    # A long run has more rows to be wrong about: about one of them is allowed, as a report of few intervals needs.
    def make_panel() -> Panel:
        return panels(min(BUDGET, 1.0 / len(run.rows)))

    if fit_rows is None:
        return choose_reference(run.rows, make_panel)
    return fit_reference(run.rows, Stretch(0, min(fit_rows, len(run.rows)) - 1), make_panel)


def _numbers(frame: pl.DataFrame, names: Sequence[str]) -> NDArray[np.float64]:
    """Return shape (n, d), NaN where a value is missing or not finite."""
    columns = [frame[name].cast(pl.Float64, strict=False).to_numpy() for name in names]
    matrix: NDArray[np.float64] = np.stack(columns, axis=1)
    return np.where(np.isfinite(matrix), matrix, np.nan)


def _runs(frame: pl.DataFrame, matrix: NDArray[np.float64], groups: Sequence[str]) -> list[_Run]:
    """Return the runs of a table; a table in too many or too short runs is one run."""
    if groups:
        keys = frame.select(
            pl.concat_str(*(pl.col(name).cast(pl.String).fill_null("–") for name in groups), separator=" · ")
        ).to_series()
        indexed = pl.DataFrame({"key": keys, "row": np.arange(frame.height)})
        parts = indexed.group_by("key", maintain_order=True).agg("row")
        long = [rows.len() >= LEAST_ROWS for rows in parts["row"]]
        in_long = sum(rows.len() for rows, is_long in zip(parts["row"], long, strict=True) if is_long)
        if sum(long) <= _MOST_RUNS and in_long >= 0.5 * frame.height:
            several = len(parts) > 1
            return [
                _prepare(str(key) if several else None, rows.to_numpy(), matrix)
                for key, rows in zip(parts["key"], parts["row"], strict=True)
                if rows.len() >= LEAST_ROWS
            ]
    return [_prepare(None, np.arange(frame.height), matrix)]


def _prepare(group: str | None, positions: NDArray[np.int64], matrix: NDArray[np.float64]) -> _Run:
    rows = carry_forward(matrix[positions])
    present = np.isfinite(rows)
    signals = np.flatnonzero(
        [
            bool(there.mean() >= 0.5) and _moves(column)
            for there, column in zip(present.T, rows.T, strict=True)
        ]
    )
    rows, present = rows[:, signals], present[:, signals]
    scored = present.mean(axis=1) >= 0.5 if len(signals) else np.zeros(len(rows), dtype=bool)
    rows = rows[scored]
    return _Run(group, positions[scored], signals, fill_with(rows, medians(rows)))


def _moves(column: NDArray[np.float64]) -> bool:
    seen = column[np.isfinite(column)]
    return len(seen) > 0 and float(seen.max()) > float(seen.min()) and not is_counter(column)


def _intervals(verdict: NDArray[np.float64]) -> list[tuple[Stretch, float]]:
    """Return the intervals of a run, each with its excess over the limit summed over its rows."""
    found = reach_back(stretches(raise_alarms(verdict)), verdict, PERSISTENCE - 1)
    merged = merge_close(found, max(_MERGE_GAP, len(verdict) // 200))
    excess = np.maximum(verdict - 1.0, 0.0)
    return [(each, float(excess[each.first : each.last + 1].sum())) for each in merged]


def _row_numbers(reference: Reference) -> NDArray[np.int64]:
    return np.concatenate([np.arange(piece.first, piece.last + 1) for piece in reference.pieces])


def _anomaly(found: _Found, names: Sequence[str]) -> Anomaly:
    run, stretch = found.run, found.stretch
    margins = found.margins[stretch.first : stretch.last + 1]
    strongest = margins.max(axis=0)
    members = [
        found.reference.panel.names[column] for column in np.argsort(-strongest) if strongest[column] >= 1.0
    ]
    part = strangest_part(stretch, found.margins.max(axis=1), _EXPLAINED_ROWS)
    look_back = min(part.first, 200)
    rows = run.rows[part.first - look_back : part.last + 1]
    weights = np.maximum(found.margins[part.first - look_back : part.last + 1] - 1.0, 0.0)
    shares = found.reference.panel.shares(rows, weights)[look_back:]
    total = (shares * weights[look_back:].sum(axis=1, keepdims=True)).sum(axis=0)
    usual = found.reference.rows(run.rows).mean(axis=0)
    change = run.rows[stretch.first : stretch.last + 1].mean(axis=0) - usual
    largest = [int(column) for column in np.argsort(-total)[:_MOST_SHARES] if total[column] > 0.0]
    whole = float(total[largest].sum())
    return Anomaly(
        first_row=int(run.positions[stretch.first]),
        last_row=int(run.positions[stretch.last]),
        strength=float(margins.max()),
        detectors=tuple(members),
        shares=tuple(
            Share(names[run.signals[column]], float(total[column]) / whole, float(change[column]))
            for column in largest
        ),
        group=run.group,
    )


def _usual_ranges(rows: Sequence[NDArray[np.float64]], names: Sequence[str]) -> tuple[UsualRange, ...]:
    joined = np.concatenate(rows)
    ranges = []
    for name, column in zip(names, joined.T, strict=True):
        seen = column[np.isfinite(column)]
        if len(seen):
            low, high = np.quantile(seen, [0.01, 0.99])
            ranges.append(UsualRange(name, float(low), float(high)))
    return tuple(ranges)
