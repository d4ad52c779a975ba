"""Tables that together show every shortcoming the room knows."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from assessment.building import a_table, times
from jejo.intake.domain.table import Finding, Kind, Role, Step, Table

ROWS = 2_000


def clean() -> Table:
    """Six weeks of three quantities with unit and meaning, every half hour, and a label."""
    random = np.random.default_rng(1)
    temperature = 60 + random.normal(0, 2, ROWS)
    frame = pl.DataFrame(
        {
            "time": times(ROWS, timedelta(minutes=30)),
            "oil_temp": temperature,
            "motor_current": 12 + 0.1 * temperature + random.normal(0, 0.3, ROWS),
            "line_pressure": random.normal(5, 0.2, ROWS),
            "judgement": np.where(random.random(ROWS) < 0.05, "NG", "OK"),
        }
    )
    return a_table(
        frame,
        label="judgement",
        concepts={
            "oil_temp": "oil_temperature",
            "motor_current": "electric_current",
            "line_pressure": "pressure",
            "judgement": "quality_label",
        },
        units={"oil_temp": "Cel", "motor_current": "A", "line_pressure": "bar"},
    )


def dirty() -> Table:
    """One table with nearly everything that goes wrong."""
    random = np.random.default_rng(2)
    frame = pl.DataFrame(
        {
            "time": times(300).append(times(300, timedelta(minutes=1)) + timedelta(days=1)),
            "Zone Temp": np.where(random.random(600) < 0.05, -200.0, 80 + random.normal(0, 1, 600)),
            "tag2": np.concatenate([random.normal(0, 1, 300), np.full(200, 0.123), random.normal(0, 1, 100)]),
            "humid_ity": np.where(random.random(600) < 0.01, 150.0, 55 + random.normal(0, 3, 600)),
            "FLOW": [None if index % 5 == 0 else float(index % 97) for index in range(600)],
            "note_count": [1.0 if index == 7 else None for index in range(600)],
            "spare": pl.Series([None] * 600, dtype=pl.Float64),
            "level": np.where(np.arange(600) == 50, 1e6, random.normal(10, 1, 600)),
            "fixed": np.full(600, 4.0),
            "state": ["Run", "run ", "Stop"] * 200,
            "insp": ["OK"] * 600,
            "inlet": random.normal(3, 0.1, 600),
            "outlet": random.normal(300, 1, 600),
        }
    )
    return a_table(
        frame,
        label="insp",
        concepts={"humid_ity": "relative_humidity", "inlet": "pressure", "outlet": "pressure"},
        units={"humid_ity": "%", "inlet": "bar", "outlet": "kPa"},
        findings=(
            Finding("time.duplicates", rows=6),
            Finding("time.disordered", rows=3),
            Finding("time.misdated-midnight", rows=2, column="time"),
            Finding("values.missing.bad-quality", rows=40, column="FLOW"),
            Finding("signal.stuck", rows=200, column="tag2"),
        ),
        steps=(Step("header.titles"), Step("header.merged")),
    )


def event_log() -> Table:
    """Work steps whose clock times lost their date and hour."""
    frame = pl.DataFrame(
        {
            "Case ID": [f"Case {index // 6}" for index in range(600)],
            "Activity": [("Turning", "Milling", "Grinding")[index % 3] for index in range(600)],
            "Start Timestamp": [f"{index % 60:02d}:00.0" for index in range(600)],
            "Qty Completed": [float(index % 9) for index in range(600)],
        }
    )
    return a_table(frame, kind=Kind.EVENT_LOG, roles={"Case ID": Role.ID})


def shifts() -> Table:
    """Rows that end before they start, without any sheet like it."""
    start = pl.Series("start_time", [datetime(2024, 3, 4, index % 24, tzinfo=UTC) for index in range(40)])
    frame = pl.DataFrame({"start_time": start, "end_time": start - timedelta(hours=1), "count": range(40)})
    return a_table(frame, kind=Kind.PER_ITEM)


def months() -> tuple[Table, Table]:
    """Two sheets that should be one table, but one has a column more."""
    frame = pl.DataFrame(
        {"item": list("abcd"), "pressure": [1.0, 2.0, 3.0, 4.0], "weight": [1.0, 2.0, 3.0, 5.0]}
    )
    return (
        a_table(frame, kind=Kind.PER_ITEM, name="1월"),
        a_table(frame.with_columns(speed=pl.lit(2.0)), kind=Kind.PER_ITEM, name="2월"),
    )


def purchase_orders(rows: int = 300) -> Table:
    """Orders without supplier and price."""
    frame = pl.DataFrame(
        {
            "poNo": [f"PO{index}" for index in range(rows)],
            "itemCode": [f"I{index % 40}" for index in range(rows)],
            "itemQuantity": [float(10 + index % 7) for index in range(rows)],
            "poETA": pl.Series(
                [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=index) for index in range(rows)]
            ),
        }
    )
    return a_table(frame, kind=Kind.PER_ITEM, roles={"poNo": Role.ID, "itemCode": Role.ID}, name="orders")


def shots(rows: int = 1_000, *, label: bool = True, bad: int = 80) -> Table:
    """One row per shot of an injection machine with five parameters."""
    random = np.random.default_rng(3)
    frame = pl.DataFrame(
        {
            "Injection_Pressure": random.normal(90, 5, rows),
            "Mold_Temp": random.normal(60, 3, rows),
            "Cushion_Position": random.normal(6, 0.5, rows),
            "Screw_RPM": random.normal(90, 8, rows),
            "Cycle_Time": random.normal(40, 2, rows),
        }
    )
    if label:
        frame = frame.with_columns(
            PassOrFail=pl.Series([1.0 if index < bad else 0.0 for index in range(rows)])
        )
    return a_table(frame, kind=Kind.PER_ITEM, label="PassOrFail" if label else None)
