"""What every detector must keep, for each one found in the folder."""

import numpy as np
import pytest

from jejo.ai.domain.anomaly import Detector
from jejo.kernel.errors import Invalid
from jejo.kernel.plugins import Plugins

DETECTORS: Plugins[type[Detector]] = Plugins("jejo.ai.detectors")


def usual_rows(rows: int = 400, signals: int = 4, seed: int = 0) -> np.ndarray:
    """Signals that follow two slow causes, with noise of their own."""
    random = np.random.default_rng(seed)
    causes = np.zeros((rows, 2))
    for row in range(1, rows):
        causes[row] = 0.7 * causes[row - 1] + random.normal(size=2)
    return causes @ random.normal(size=(2, signals)) + 0.5 * random.normal(size=(rows, signals)) + 20.0


@pytest.fixture(params=DETECTORS.names())
def detector(request: pytest.FixtureRequest) -> Detector:
    return DETECTORS.get(request.param)()


def test_three_detectors_are_built_in() -> None:
    assert {"ewma_residual", "rolling_mahalanobis", "subspace_window"} <= set(DETECTORS.names())


def test_later_rows_never_change_a_score(detector: Detector) -> None:
    rows = usual_rows(600)
    detector.fit(rows[:400])
    whole = detector.score(rows)
    changed = rows.copy()
    changed[500:] += 100.0
    np.testing.assert_allclose(detector.score(rows[:450]), whole[:450], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(detector.score(changed)[:500], whole[:500], rtol=1e-7, atol=1e-9)
    assert detector.score(changed)[520:].min() > whole[520:].max()


def test_scores_and_contributions_have_the_right_shapes_and_are_finite(detector: Detector) -> None:
    rows = usual_rows(300)
    detector.fit(rows)
    wild = np.vstack([rows, np.full((5, 4), 1e12), np.full((5, 4), -32768.0)])
    scores, parts = detector.score(wild), detector.contributions(wild)
    assert scores.shape == (310,)
    assert parts.shape == (310, 4)
    assert np.isfinite(scores).all()
    assert np.isfinite(parts).all()
    assert parts.min() >= 0.0
    assert scores.min() >= 0.0


def test_the_signal_that_moved_contributes_most(detector: Detector) -> None:
    rows = usual_rows(600)
    detector.fit(rows[:400])
    rows[450:, 2] += 15.0
    assert detector.contributions(rows)[500:].mean(axis=0).argmax() == 2


def test_fitting_again_gives_the_same_scores(detector: Detector) -> None:
    rows = usual_rows()
    detector.fit(rows)
    first = detector.score(rows)
    detector.fit(usual_rows(200, 3, seed=5))
    detector.fit(rows)
    np.testing.assert_array_equal(detector.score(rows), first)


def test_units_do_not_matter(detector: Detector) -> None:
    rows = usual_rows()
    detector.fit(rows)
    first = detector.score(rows)
    other = rows * np.array([1000.0, 0.001, 1.0, 25.4]) + np.array([0.0, 5.0, -273.15, 0.0])
    detector.fit(other)
    np.testing.assert_allclose(detector.score(other), first, rtol=1e-5, atol=1e-7)


def test_a_constant_signal_changes_nothing_and_contributes_nothing(detector: Detector) -> None:
    rows = np.hstack([usual_rows(), np.full((400, 1), 5.0)])
    detector.fit(rows)
    moved = rows.copy()
    moved[:, 4] = 7.0
    np.testing.assert_array_equal(detector.score(moved), detector.score(rows))
    assert not detector.contributions(moved)[:, 4].any()


def test_a_table_of_constants_is_never_strange(detector: Detector) -> None:
    detector.fit(np.ones((100, 3)))
    assert not detector.score(np.full((50, 3), 2.0)).any()


def test_one_signal_is_enough(detector: Detector) -> None:
    rows = usual_rows(500, 1)
    detector.fit(rows[:400])
    rows[450:] += 20.0
    scores = detector.score(rows)
    assert scores[450:].max() > 2.0 * scores[40:450].max()


def test_more_signals_than_rows_still_gives_finite_scores(detector: Detector) -> None:
    rows = usual_rows(60, 80)
    detector.fit(rows[:40])
    assert np.isfinite(detector.score(rows)).all()


def test_too_few_rows_to_learn_from_are_refused(detector: Detector) -> None:
    with pytest.raises(Invalid, match=r"ai\.too-few-rows"):
        detector.fit(usual_rows(10))


def test_fewer_rows_than_the_memory_score_low(detector: Detector) -> None:
    detector.fit(usual_rows())
    usual = detector.score(usual_rows())
    assert detector.score(usual_rows()[:2]).max() <= usual.max()
    assert detector.score(np.empty((0, 4))).shape == (0,)


def test_missing_values_are_refused_at_fitting(detector: Detector) -> None:
    rows = usual_rows()
    rows[7, 1] = np.nan
    with pytest.raises(Invalid, match=r"ai\.missing-values"):
        detector.fit(rows)


def test_another_number_of_signals_is_refused(detector: Detector) -> None:
    detector.fit(usual_rows())
    with pytest.raises(Invalid, match=r"ai\.channel-count"):
        detector.score(usual_rows(50, 3))


def test_a_jump_between_runs_is_no_pattern(detector: Detector) -> None:
    rows = usual_rows(800, 4)
    shifted = np.vstack([rows[:200], rows[200:400] + 3.0])
    detector.fit(shifted, [200])
    with_start = detector.score(shifted)
    assert np.isfinite(with_start).all()
    assert with_start.shape == (400,)
