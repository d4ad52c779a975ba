"""Looking back over the last rows, without ever building all windows at once."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_BLOCK_VALUES = 2_000_000


def window_length(longest: int, rows: int) -> int:
    """Return how far to look back: at most `longest`, and a tenth of the rows to learn from.

    With fewer than ten windows side by side, every direction of a window would be learnt by heart.
    """
    return min(longest, max(2, rows // 10))


def lag_windows(rows: NDArray[np.float64], window: int) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """Yield blocks of windows: (row of the block's first window end, shape (m, d · window), signal by signal)."""
    count = len(rows) - window + 1
    if count <= 0:
        return
    views = sliding_window_view(rows, window, axis=0)
    width = rows.shape[1] * window
    step = max(1, _BLOCK_VALUES // max(1, width))
    for first in range(0, count, step):
        block = views[first : first + step]
        yield first + window - 1, block.reshape(len(block), width)


def lag_products(rows: NDArray[np.float64], window: int) -> tuple[NDArray[np.float64], int]:
    """Return Σ w wᵀ over all windows w of these rows, shape (d · window)², and the number of windows.

    Moving both lags by one row swaps one product of two rows for another, so only `window` products of the whole
    length are needed instead of window².
    """
    n, d = rows.shape
    count = n - window + 1
    total = np.zeros((d, window, d, window))
    if count <= 0:
        return total.reshape(d * window, d * window), 0
    for gap in range(window):
        block = rows[:count].T @ rows[gap : gap + count]
        for early in range(window - gap):
            late = early + gap
            if early:
                block = block + np.outer(rows[early + count - 1], rows[late + count - 1])
                block -= np.outer(rows[early - 1], rows[late - 1])
            total[:, early, :, late] = block
            total[:, late, :, early] = block.T
    return total.reshape(d * window, d * window), count


def rolling_sum(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Return the sums over the last `window` rows, shape (n − window + 1, …)."""
    sums = np.cumsum(values, axis=0)
    rolled = sums[window - 1 :].copy()
    rolled[1:] -= sums[:-window]
    return rolled


def rolling_level_and_spread(rows: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Return means, then standard deviations, over the last `window` rows, shape (n − window + 1, 2 d)."""
    means = rolling_sum(rows, window) / window
    squares = rolling_sum(rows * rows, window) / window
    # Differences of sums leave rounding dust of either sign where a signal stood still.
    return np.hstack([means, np.sqrt(np.maximum(squares - means * means, 0.0))])


def exponential_mean(values: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Return the exponentially weighted mean per column; the newest row counts `weight`, the start counts as 1.

    The start is the usual value of a squared, scaled residual: one strange first row is no long alarm.
    Each pass doubles how far the sum looks back, until what lies beyond weighs less than a double can show.
    """
    fading = 1.0 - weight
    smoothed = weight * values
    reach = 1
    while reach < len(values) and fading**reach > 1e-16:
        smoothed[reach:] = smoothed[reach:] + fading**reach * smoothed[:-reach]
        reach *= 2
    start = fading ** np.arange(1, min(len(values), 2 * reach) + 1)
    smoothed[: len(start)] += start[:, None]
    return smoothed
