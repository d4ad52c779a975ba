"""Finds the range of a feature where the label is more likely, on some rows, and counts on others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
STEPS = 24
FEWEST_INSIDE = 10


@dataclass(frozen=True, slots=True)
class Range:
    """Where the label is more likely; `low` and `high` belong to the range, None is an open end.

    Args:
        gain: squared deviations of the label that the range explains, on the same rows as the rates.
        direction: `higher`, `lower`, `outside` (beyond both limits), `inside` (between them) or `category`.
    """

    direction: str
    low: float | None
    high: float | None
    level: int | None
    rate_inside: float
    rate_outside: float
    rows_inside: int
    gain: float


def telling_range(
    x: Numbers, label: Numbers, chosen_on: NDArray[np.bool_], *, is_category: bool = False
) -> Range | None:
    """Return the most telling range, or None when it does not hold on the rows it was not chosen on.

    Args:
        x: shape (n,), the feature; NaN is missing.
        label: shape (n,), 0/1 or a quantity; higher is the case looked for.
        chosen_on: shape (n,), rows the range may be chosen on; the rates are counted on all others.
    """
    known = np.isfinite(x)
    learn, judge = known & chosen_on, known & ~chosen_on
    if learn.sum() < 2 * FEWEST_INSIDE or judge.sum() < 2 * FEWEST_INSIDE:
        return None
    found = _best_level(x[learn], label[learn]) if is_category else _best_cut(x[learn], label[learn])
    if found is None:
        return None
    direction, low, high, level = found
    inside = _within(x[judge], direction, low, high, level)
    rows = int(inside.sum())
    if rows < FEWEST_INSIDE or rows == len(inside):
        return None
    rate, rest = float(label[judge][inside].mean()), float(label[judge][~inside].mean())
    gain = rows * (len(inside) - rows) / len(inside) * (rate - rest) ** 2
    return Range(direction, low, high, level, rate, rest, rows, gain) if rate > rest else None


def _within(
    x: Numbers, direction: str, low: float | None, high: float | None, level: int | None
) -> NDArray[np.bool_]:
    start, stop = -np.inf if low is None else low, np.inf if high is None else high
    match direction:
        case "category":
            return np.asarray(x == level)
        case "outside":
            return np.asarray((x <= start) | (x >= stop))
        case _:
            return np.asarray((x >= start) & (x <= stop))


_Found = tuple[str, float | None, float | None, int | None]


def _best_cut(x: Numbers, label: Numbers) -> _Found | None:
    """Return the cut (one or two limits at quantiles) that explains most of the label's spread."""
    if label.min() == label.max():
        return None
    # Positives count double in the choice of limits, so that a rare case at the edge gets its own steps.
    high_label = label > label.mean()
    grid = np.linspace(0, 1, STEPS + 1)[1:-1]
    edges = np.unique(np.concatenate([np.quantile(x, grid), np.quantile(x[high_label], grid)]))
    order = np.sort(x)
    total, count, mean = float(label.sum()), len(x), float(label.mean())
    ranked = label[np.argsort(x, kind="stable")]
    sums = np.concatenate([[0.0], np.cumsum(ranked)])

    def gain(rows: float, inside: float) -> float:
        if rows < FEWEST_INSIDE or count - rows < FEWEST_INSIDE or inside / rows <= mean:
            return 0.0
        outside = (total - inside) / (count - rows)
        return rows * (inside / rows - mean) ** 2 + (count - rows) * (outside - mean) ** 2

    best: tuple[float, _Found] | None = None

    def offer(value: float, found: _Found) -> None:
        nonlocal best
        if value > 0 and (best is None or value > best[0]):
            best = (value, found)

    starts = np.searchsorted(order, edges, side="left")
    stops = np.searchsorted(order, edges, side="right")
    for edge, start, stop in zip(edges, starts, stops, strict=True):
        offer(gain(count - start, total - sums[start]), ("higher", float(edge), None, None))
        offer(gain(stop, sums[stop]), ("lower", None, float(edge), None))
    single = best[0] if best else 0.0
    for i, (low, start, stop) in enumerate(zip(edges, starts, stops, strict=True)):
        for high, start_high, stop_high in zip(edges[i + 1 :], starts[i + 1 :], stops[i + 1 :], strict=True):
            # Two limits must be clearly better than one: they are harder to act on.
            offer(
                gain(stop_high - start, sums[stop_high] - sums[start]) - 0.3 * single,
                ("inside", float(low), float(high), None),
            )
            rows, inside = stop + count - start_high, sums[stop] + total - sums[start_high]
            offer(gain(rows, inside) - 0.3 * single, ("outside", float(low), float(high), None))
    return None if best is None else best[1]


def _best_level(x: Numbers, label: Numbers) -> _Found | None:
    codes = x.astype(np.int64)
    sizes = np.bincount(codes)
    sums = np.bincount(codes, label)
    usable = (sizes >= FEWEST_INSIDE) & (sums / np.maximum(sizes, 1) > label.mean())
    if not usable.any():
        return None
    gains = np.where(usable, sizes * (sums / np.maximum(sizes, 1) - label.mean()) ** 2, 0.0)
    return "category", None, None, int(gains.argmax())
