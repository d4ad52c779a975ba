"""What `AnomalyService.find` answers on tables nobody labelled."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from jejo.ai.domain.anomaly import AnomalyReport, Detector
from jejo.ai.service.anomalies import MOST_ANOMALIES, AnomalyService
from jejo.kernel.plugins import Plugins


@pytest.fixture(scope="module")
def service() -> AnomalyService:
    return AnomalyService(Plugins[type[Detector]]("jejo.ai.detectors"))


def a_machine(rows: int = 1200, seed: int = 0) -> pl.DataFrame:
    """A pump: speed drives current and flow; temperature follows slowly; noise everywhere."""
    random = np.random.default_rng(seed)
    load = np.convolve(random.normal(size=rows + 9), np.ones(10) / 10, "valid")
    return pl.DataFrame(
        {
            "current": 2.0 + load + 0.1 * random.normal(size=rows),
            "flow": 32.0 + 3.0 * load + 0.3 * random.normal(size=rows),
            "pressure": 0.4 + 0.02 * random.normal(size=rows),
            "temperature": 60.0 + np.convolve(random.normal(size=rows + 29), np.ones(30) / 30, "valid"),
        }
    )


def with_a_blockage(frame: pl.DataFrame, first: int = 800, last: int = 950) -> pl.DataFrame:
    row = pl.int_range(pl.len())
    return frame.with_columns(
        pl.when(row.is_between(first, last)).then(pl.col("flow") - 5.0).otherwise("flow")
    )


def covered(report: AnomalyReport, first: int, last: int) -> float:
    return float(report.is_anomaly[first : last + 1].mean())


def test_a_blockage_is_found_with_its_signal_and_its_size(service: AnomalyService) -> None:
    report = service.find(with_a_blockage(a_machine()), ["current", "flow", "pressure", "temperature"])
    strongest = report.anomalies[0]
    assert abs(strongest.first_row - 800) <= 5
    assert 945 <= strongest.last_row <= 1000
    assert strongest.shares[0].signal == "flow"
    assert strongest.shares[0].change == pytest.approx(-5.0, abs=1.5)
    assert sum(share.share for share in strongest.shares) == pytest.approx(1.0)
    assert strongest.strength > 1.0
    assert report.reference_rows == ((0, 399),)
    assert report.not_computable is None


def test_usual_rows_give_nothing(service: AnomalyService) -> None:
    reports = [service.find(a_machine(seed=seed), a_machine().columns) for seed in range(1, 6)]
    assert sum(len(report.anomalies) for report in reports) <= 1


def test_marked_rows_are_those_of_the_anomalies(service: AnomalyService) -> None:
    report = service.find(with_a_blockage(a_machine()), a_machine().columns)
    marked = np.zeros(1200, dtype=bool)
    for anomaly in report.anomalies:
        marked[anomaly.first_row : anomaly.last_row + 1] = True
    np.testing.assert_array_equal(report.is_anomaly, marked)
    assert report.scores.shape == (1200,)


def test_usual_ranges_are_in_the_signals_own_unit(service: AnomalyService) -> None:
    report = service.find(with_a_blockage(a_machine()), a_machine().columns)
    flow = next(each for each in report.usual if each.signal == "flow")
    low, high = a_machine()["flow"][:400].quantile(0.01), a_machine()["flow"][:400].quantile(0.99)
    assert (flow.low, flow.high) == pytest.approx((low, high), abs=0.2)


def test_a_strange_first_part_is_not_taken_as_usual(service: AnomalyService) -> None:
    frame = with_a_blockage(a_machine(1500), 0, 510)
    report = service.find(frame, frame.columns)
    assert report.reference_rows[0][0] >= 500
    assert covered(report, 30, 500) > 0.9
    assert covered(report, 600, 1499) < 0.1


def test_interleaved_runs_are_judged_each_by_itself(service: AnomalyService) -> None:
    # Mould B lies 100 higher in everything: strange for A, usual for B.
    first, second = with_a_blockage(a_machine(600), 400, 500), a_machine(600, seed=4) + 100.0
    tagged = [first.with_columns(mould=pl.lit("A")), second.with_columns(mould=pl.lit("B"))]
    frame = pl.concat([part.with_row_index("order") for part in tagged]).sort("order", maintain_order=True)
    report = service.find(frame, ["current", "flow", "pressure", "temperature"], groups=["mould"])
    assert {anomaly.group for anomaly in report.anomalies} == {"A"}
    strongest = report.anomalies[0]
    assert frame["mould"][strongest.first_row] == "A"
    assert frame["order"][strongest.first_row] == pytest.approx(400, abs=5)
    assert not report.is_anomaly[(frame["mould"] == "B").to_numpy()].any()
    assert len(report.reference_rows) == 2


def test_runs_too_short_to_judge_are_taken_together(service: AnomalyService) -> None:
    frame = with_a_blockage(a_machine()).with_columns(lot=pl.int_range(pl.len()) // 20)
    report = service.find(frame, ["current", "flow", "pressure", "temperature"], groups=["lot"])
    assert report.anomalies[0].shares[0].signal == "flow"
    assert report.anomalies[0].group is None


def test_missing_values_are_no_anomaly_and_hide_none(service: AnomalyService) -> None:
    random = np.random.default_rng(9)
    frame = with_a_blockage(a_machine())
    holes = {name: pl.Series(random.random(1200) < 0.1) for name in frame.columns}
    frame = frame.with_columns(
        pl.when(holes[name]).then(None).otherwise(pl.col(name)).alias(name) for name in frame.columns
    )
    long_gap = pl.int_range(pl.len()).is_between(500, 600)
    frame = frame.with_columns(pl.when(long_gap).then(None).otherwise(pl.all()).name.keep())
    report = service.find(frame, frame.columns)
    assert np.isnan(report.scores[515:600]).all()
    assert covered(report, 820, 940) > 0.9
    assert covered(report, 0, 780) < 0.05


def test_counters_constants_and_empty_columns_are_left_out(service: AnomalyService) -> None:
    frame = a_machine().with_columns(
        shot=pl.int_range(pl.len()).cast(pl.Float64),
        kind=pl.lit(3.0),
        broken=pl.lit(None, dtype=pl.Float64),
        sparse=pl.when(pl.int_range(pl.len()) % 50 == 0).then(1.5),
    )
    report = service.find(frame, frame.columns)
    plain = service.find(a_machine(), a_machine().columns)
    np.testing.assert_array_equal(report.scores, plain.scores)


def test_the_time_column_is_no_signal(service: AnomalyService) -> None:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    frame = a_machine().with_columns(time=pl.Series([start + timedelta(seconds=row) for row in range(1200)]))
    report = service.find(frame, frame.columns, time="time")
    assert report.not_computable is None


def test_a_report_names_few_intervals(service: AnomalyService) -> None:
    row = pl.int_range(pl.len())
    frame = a_machine(12_000).with_columns(
        pl.when((row > 4000) & (row % 250 < 15)).then(pl.col("flow") + 9.0).otherwise("flow")
    )
    report = service.find(frame, frame.columns)
    assert 10 <= len(report.anomalies) <= MOST_ANOMALIES


def test_close_alarms_are_one_interval(service: AnomalyService) -> None:
    frame = with_a_blockage(with_a_blockage(a_machine(), 800, 830), 845, 880)
    report = service.find(frame, frame.columns)
    assert len(report.anomalies) == 1


@pytest.mark.parametrize("rows", [0, 1, 30, 119])
def test_too_few_rows_are_said_to_be_too_few(service: AnomalyService, rows: int) -> None:
    report = service.find(a_machine().head(rows), a_machine().columns)
    assert report.not_computable == "ai.too-few-rows"
    assert report.scores.shape == (rows,)
    assert not report.anomalies


def test_no_signals_are_said_to_be_missing(service: AnomalyService) -> None:
    assert service.find(a_machine(), []).not_computable == "ai.no-signals"


def test_only_constants_give_no_anomaly(service: AnomalyService) -> None:
    frame = pl.DataFrame({"a": [1.0] * 300, "b": [2.0] * 300})
    report = service.find(frame, ["a", "b"])
    assert report.not_computable == "ai.no-signals"


def test_given_reference_rows_are_kept_to(service: AnomalyService) -> None:
    report = service.find(with_a_blockage(a_machine()), a_machine().columns, fit_rows=500)
    assert report.reference_rows == ((0, 499),)
    assert covered(report, 810, 950) > 0.9


def test_progress_rises_to_one(service: AnomalyService) -> None:
    told: list[float] = []
    frame = a_machine().with_columns(run=pl.int_range(pl.len()) // 400)
    signals = ["current", "flow", "pressure", "temperature"]
    service.find(frame, signals, groups=["run"], progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) == 4


def test_set_points_that_change_are_not_alarms_for_ever(service: AnomalyService) -> None:
    # Three recipes in turn, 60 rows each: the first third has shown them all.
    recipe = (np.arange(1800) // 60) % 3
    shares = []
    for seed in range(5):
        frame = a_machine(1800, seed).with_columns(
            setpoint=pl.Series(np.array([100.0, 150.0, 120.0])[recipe]),
            flow=pl.col("flow") + pl.Series(5.0 * recipe),
        )
        shares.append(service.find(frame, frame.columns).is_anomaly.mean())
    assert np.mean(shares) < 0.02
