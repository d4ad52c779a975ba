"""Limits, alarms and the panel on rows made for the purpose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.covariance import ledoit_wolf as reference_ledoit_wolf

from jejo.ai.detectors.ewma_residual import EwmaResidual
from jejo.ai.detectors.rolling_mahalanobis import RollingMahalanobis, ledoit_wolf
from jejo.ai.detectors.subspace_window import SubspaceWindow
from jejo.ai.domain.limits import held_out_scores, learn_limit, raise_alarms
from jejo.ai.domain.memory import effective_size
from jejo.ai.domain.panel import Panel
from jejo.ai.domain.windows import exponential_mean, lag_products, rolling_level_and_spread


def noise(rows: int, signals: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, signals))


def a_slow_series(rows: int, fading: float, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed).normal(size=rows)
    values = np.zeros(rows)
    for row in range(1, rows):
        values[row] = fading * values[row - 1] + random[row]
    return values


def all_windows(rows: np.ndarray, window: int) -> np.ndarray:
    return sliding_window_view(rows, window, axis=0).reshape(len(rows) - window + 1, -1)


def test_independent_rows_count_in_full() -> None:
    assert effective_size(noise(2000)[:, 0]) > 1500


def test_slow_rows_count_by_their_memory() -> None:
    # An autoregressive series remembers (1 + φ) / (1 − φ) rows: 19 for φ = 0.9.
    assert effective_size(a_slow_series(20_000, 0.9)) == pytest.approx(20_000 / 19, rel=0.25)


def test_a_constant_has_shown_one_value_only() -> None:
    assert effective_size(np.full(100, 7.0)) == 3.0


def test_lag_products_equal_those_of_all_windows() -> None:
    rows = noise(60, 3)
    windows = all_windows(rows, 7)
    products, count = lag_products(rows, 7)
    assert count == len(windows)
    np.testing.assert_allclose(products, windows.T @ windows, atol=1e-10)


def test_rolling_statistics_equal_those_of_all_windows() -> None:
    rows = noise(50, 2) + 100.0
    views = sliding_window_view(rows, 9, axis=0)
    expected = np.hstack([views.mean(axis=2), views.std(axis=2)])
    np.testing.assert_allclose(rolling_level_and_spread(rows, 9), expected, atol=1e-6)


@given(st.integers(0, 300))
def test_exponential_mean_equals_its_recursion(rows: int) -> None:
    values = noise(rows, 2)
    expected, last = np.zeros_like(values), np.ones(2)
    for row in range(rows):
        last = 0.1 * values[row] + 0.9 * last
        expected[row] = last
    np.testing.assert_allclose(exponential_mean(values, 0.1), expected, atol=1e-12)


def test_shrinkage_agrees_with_scikit_learn() -> None:
    rows = noise(80, 6) @ noise(6, 6, seed=1)
    rows -= rows.mean(axis=0)
    np.testing.assert_allclose(
        ledoit_wolf(rows), reference_ledoit_wolf(rows, assume_centered=True)[0], rtol=1e-6
    )


def test_fewer_independent_rows_widen_the_limit() -> None:
    few, many = np.abs(noise(100)[:, 0]), np.abs(noise(10_000)[:, 0])
    assert learn_limit(few, 0.001).alarm > learn_limit(many, 0.001).alarm


def test_the_limit_keeps_its_budget_on_new_rows() -> None:
    rows = noise(30_000, 5)
    limit = learn_limit((rows[:1000] ** 2).sum(axis=1), 0.01)
    assert (limit.margin((rows[1000:] ** 2).sum(axis=1)) > 1.0).mean() <= 0.01


def test_nothing_learnt_never_alarms() -> None:
    assert not learn_limit(np.zeros(100), 0.01).margin(np.array([0.0, 1e9])).any()


def test_margins_are_zero_when_usual_and_one_at_the_limit() -> None:
    limit = learn_limit(np.abs(noise(500)[:, 0]), 0.01)
    np.testing.assert_allclose(
        limit.margin(np.array([0.0, limit.usual**3, limit.alarm**3])), [0.0, 0.0, 1.0], atol=1e-9
    )


def test_one_strange_row_is_no_alarm() -> None:
    margins = np.array([0.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert not raise_alarms(margins).any()


def test_an_alarm_stays_until_released() -> None:
    margins = np.array([1.5, 1.5, 1.5, 0.8, 0.9, 0.6, 0.9])
    assert raise_alarms(margins, persistence=3).tolist() == [False, False, True, True, True, False, False]


def test_rows_that_are_not_scored_end_an_alarm() -> None:
    margins = np.array([2.0, 2.0, np.nan, 2.0, 2.0])
    assert raise_alarms(margins, persistence=2).tolist() == [False, True, False, False, True]


@given(st.lists(st.sampled_from([0.0, 0.8, 2.0, float("nan")]), max_size=60))
def test_alarms_equal_their_row_by_row_rule(margins: list[float]) -> None:
    alarm, above, expected = False, 0, []
    for margin in margins:
        above = above + 1 if margin > 1.0 else 0
        alarm = above >= 5 or (alarm and margin > 0.7)
        expected.append(alarm)
    assert raise_alarms(np.array(margins)).tolist() == expected


@pytest.mark.parametrize("kind", [EwmaResidual, SubspaceWindow, RollingMahalanobis])
def test_held_out_scores_are_higher_than_those_of_learnt_rows(
    kind: type[EwmaResidual | SubspaceWindow | RollingMahalanobis],
) -> None:
    rows = np.column_stack([a_slow_series(400, 0.8, seed) for seed in range(6)])
    learnt = kind()
    learnt.fit(rows)
    assert held_out_scores(kind, rows).mean() > learnt.score(rows)[30:].mean()


def test_held_out_scores_respect_where_runs_begin() -> None:
    runs = np.vstack([noise(150), noise(150, seed=1) + 2.0, noise(100, seed=2)])
    scores = held_out_scores(SubspaceWindow, runs, [150, 300])
    assert np.isfinite(scores).all()
    assert 200 < len(scores) < 400


def test_a_panel_keeps_quiet_on_new_usual_rows_and_finds_a_broken_relation() -> None:
    cause = a_slow_series(3000, 0.5)[:, None]
    rows = cause @ np.ones((1, 4)) + 0.3 * noise(3000, 4)
    panel = Panel({"relation": EwmaResidual, "pattern": SubspaceWindow})
    panel.fit(rows[:500])
    alarms = raise_alarms(panel.verdict(panel.margins(rows)))
    assert alarms[500:].mean() <= 0.001
    broken = rows[500:1000].copy()
    broken[200:, 1] = 2.0 * noise(300, 1, seed=3)[:, 0]
    margins = panel.margins(broken)
    assert raise_alarms(panel.verdict(margins))[250:].mean() > 0.9
    assert panel.shares(broken, np.maximum(margins, 0.0))[250:].mean(axis=0).argmax() == 1


def test_a_demanding_member_counts_less() -> None:
    rows = noise(400)
    plain, demanding = Panel({"x": EwmaResidual}), Panel({"x": EwmaResidual}, {"x": 2.0})
    plain.fit(rows)
    demanding.fit(rows)
    np.testing.assert_allclose(demanding.margins(rows) * 2.0, plain.margins(rows))
