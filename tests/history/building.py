"""Builds readings and services for tests of history."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from jejo.accounts.domain import Scope
from jejo.history.domain.readings import READINGS
from jejo.history.service import HistoryService
from jejo.history.storage import DeltaTables, SqliteLog

MINE, THEIRS = Scope("mine", "kim"), Scope("theirs", "lee")
START = datetime(2026, 3, 1, 23, 59, 50, tzinfo=UTC)
"""Ten seconds before midnight, so that readings at 1 Hz soon lie in two days."""


def at(second: float) -> datetime:
    """Return a time after `START`."""
    return START + timedelta(seconds=second)


def some_readings(
    signal: str = "temperature", seconds: Sequence[float] = (0, 1, 2), values: Sequence[float | None] = ()
) -> pl.DataFrame:
    """Return readings of one signal; the values count up from 0.0 where none are given."""
    return pl.DataFrame(
        {
            "signal": [signal] * len(seconds),
            "time": [at(second) for second in seconds],
            "value": list(values) or [float(index) for index in range(len(seconds))],
            "quality": [None] * len(seconds),
        },
        schema=READINGS,
    )


def a_log(folder: Path, limit_bytes: int = 1 << 30) -> SqliteLog:
    """Open the landing log of a folder."""
    return SqliteLog(folder / "landing.db", limit_bytes)


def a_history(folder: Path, log: SqliteLog) -> HistoryService:
    """Return a history below a folder; it is a minute after `START`."""
    return HistoryService(log, DeltaTables((folder / "history").as_uri()), lambda: at(60))
