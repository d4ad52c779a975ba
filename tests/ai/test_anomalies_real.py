"""The default panel on public benchmarks and on factory data: the figures the product promises."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import AnomalyReport, Detector
from jejo.ai.service.anomalies import AnomalyService
from jejo.kernel.plugins import Plugins
from real_data import real_data

pytestmark = pytest.mark.realdata
SERVICE = AnomalyService(Plugins[type[Detector]]("jejo.ai.detectors"))
SKAB_SIGNALS = [
    "Accelerometer1RMS",
    "Accelerometer2RMS",
    "Current",
    "Pressure",
    "Temperature",
    "Thermocouple",
    "Voltage",
    "Volume Flow RateRMS",
]


def alarms_after(frame: pl.DataFrame, signals: list[str], fit_rows: int) -> NDArray[np.bool_]:
    return SERVICE.score(frame, signals, fit_rows)["is_anomaly"].to_numpy()[fit_rows:]


def test_skab_valve1_pooled_over_files() -> None:
    files = pl.read_parquet(real_data("skab/valve1.parquet")).partition_by("file", maintain_order=True)
    found = np.concatenate([alarms_after(file, SKAB_SIGNALS, 400) for file in files])
    truth = np.concatenate([file["anomaly"].to_numpy()[400:] > 0 for file in files])
    hits, false, missed = (found & truth).sum(), (found & ~truth).sum(), (~found & truth).sum()
    assert 2 * hits / (2 * hits + false + missed) >= 0.82
    assert false / (~truth).sum() <= 0.12


@pytest.mark.slow
def test_tennessee_eastman_shared_faults() -> None:
    usual = pl.read_parquet(real_data("tep/train.parquet")).filter(pl.col("fault") == 0)
    signals = [name for name in usual.columns if name.startswith("X")]
    detected = []
    for run in pl.read_parquet(real_data("tep/test.parquet")).partition_by("file", maintain_order=True):
        alarms = alarms_after(pl.concat([usual, run]), signals, usual.height)
        active = run["fault_active"].to_numpy() > 0
        if run["fault"][0] == 0:
            assert alarms.mean() <= 0.01
        else:
            assert alarms[~active].mean() <= 0.01
            detected.append(alarms[active].mean())
    assert np.mean(detected) >= 0.96


def test_skab_anomalous_stretches_are_found_without_any_label() -> None:
    frame = pl.read_parquet(real_data("skab/valve1.parquet"))
    report = SERVICE.find(frame, SKAB_SIGNALS, time="datetime", groups=["file"])
    truth = frame["anomaly"].to_numpy() > 0
    runs = frame["file"].to_numpy()
    found = [report.is_anomaly[(runs == run) & truth].mean() > 0.5 for run in dict.fromkeys(runs)]
    assert sum(found) >= 12
    assert report.is_anomaly[~truth].mean() <= 0.05
    # The valve behind the pump was closed: the flow falls.
    tops = [
        anomaly.shares[0] for anomaly in report.anomalies if truth[anomaly.first_row : anomaly.last_row].any()
    ]
    flow = [share for share in tops if share.signal == "Volume Flow RateRMS" and share.change < 0.0]
    assert len(flow) >= 0.7 * len(tops)


def find(name: str, *leave_out: str) -> AnomalyReport:
    frame = pl.read_parquet(real_data(name))
    signals = [
        column for column, kind in frame.schema.items() if kind.is_numeric() and column not in leave_out
    ]
    return SERVICE.find(frame, signals)


@pytest.mark.parametrize(
    ("name", "leave_out"),
    [
        ("kamp_pasteurizer/pasteurizer_30min.parquet", ()),
        ("steel_energy_kr/steel_energy.parquet", ()),
        ("secom/train_1175_lasso_features.parquet", ()),
        ("hydraulic/cycles_1hz.parquet", ("cycle", "second")),
    ],
)
def test_machines_in_usual_order_raise_few_alarms(name: str, leave_out: tuple[str, ...]) -> None:
    report = find(name, *leave_out)
    assert report.not_computable is None
    assert len(report.anomalies) <= 5
    assert report.is_anomaly.mean() <= 0.02


@pytest.mark.parametrize(
    "name", ["petrobras_process/process.parquet", "kamp_melting_tank/melting_tank.parquet"]
)
def test_reports_stay_short_on_any_table(name: str) -> None:
    report = find(name)
    assert report.not_computable is None
    assert len(report.anomalies) <= 20
    assert all(anomaly.shares and anomaly.strength >= 1.0 for anomaly in report.anomalies)
