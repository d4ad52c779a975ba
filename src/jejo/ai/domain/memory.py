"""How much a series remembers: the number of rows that are as good as independent."""

import numpy as np
from numpy.typing import NDArray

# Correlations of a finite sample below this are noise; summing them up would only add it.
_NOISE = 0.05
_SMALLEST = 3.0


def effective_sizes(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many independent rows carry as much as these rows do, per column.

    Args:
        columns: shape (n, d), time order, no NaN.
    Returns:
        Shape (d,), from 3 to n; a column without spread counts as 3: it has shown one value only.
    Source:
        n / (1 + 2 Σ ρ_k), summed until the autocorrelation ρ_k vanishes (Geyer, Practical MCMC, 1992).
    """
    n = len(columns)
    centred = columns - columns.mean(axis=0)
    power = np.abs(np.fft.rfft(centred, 2 * n, axis=0)) ** 2
    covariance = np.fft.irfft(power, axis=0)[: max(2, n // 2)]
    flat = covariance[0] <= 1e-12 * np.maximum(1.0, np.abs(columns).max(axis=0)) ** 2
    correlation = covariance[1:] / np.where(flat, 1.0, covariance[0])
    vanished = np.cumsum(correlation <= _NOISE, axis=0) > 0
    memory = 1.0 + 2.0 * np.where(vanished, 0.0, correlation).sum(axis=0)
    sizes = np.clip(n / memory, min(_SMALLEST, n), n)
    return np.where(flat, min(_SMALLEST, n), sizes)


def effective_size(values: NDArray[np.float64]) -> float:
    """Return the effective size of one series, shape (n,)."""
    return float(effective_sizes(values[:, None])[0])
