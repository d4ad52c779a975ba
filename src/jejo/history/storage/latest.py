"""The latest reading of every signal, kept in memory and brought up to date from the log."""

import sqlite3
import threading
from io import BytesIO

import polars as pl


class Latest:
    """Latest readings of one organisation.

    They are those kept at the last trimming, and whatever landed since; so a restart loses none.
    """

    def __init__(self, organisation: str) -> None:
        self._organisation = organisation
        self._position = 0
        self._readings: dict[str, tuple[int, float | None, int | None]] = {}
        self._folding = threading.Lock()

    def refreshed(self, connection: sqlite3.Connection) -> dict[str, tuple[int, float | None, int | None]]:
        """Return signal → (time in µs, value, quality) as of the connection's transaction."""
        with self._folding:
            query = "SELECT position FROM trimmed WHERE organisation = ?"
            trimmed = connection.execute(query, (self._organisation,)).fetchone()
            if self._position < (trimmed[0] if trimmed else 0):
                self._reload(connection, trimmed[0])
            query = (
                "SELECT position, arrow FROM batch WHERE organisation = ? AND position > ? ORDER BY position"
            )
            fresh = connection.execute(query, (self._organisation, self._position)).fetchall()
            if fresh:
                self._fold(pl.concat([pl.read_ipc(BytesIO(arrow)) for _, arrow in fresh]))
                self._position = fresh[-1][0]
            # A copy: another thread may fold more in while the caller still looks.
            return dict(self._readings)

    def _reload(self, connection: sqlite3.Connection, position: int) -> None:
        query = "SELECT signal, time_us, value, quality FROM latest WHERE organisation = ?"
        for signal, time, value, quality in connection.execute(query, (self._organisation,)):
            self._keep(signal, time, value, quality)
        self._position = position

    def _fold(self, readings: pl.DataFrame) -> None:
        newest = readings.sort("time", maintain_order=True).group_by("signal").last()
        rows = newest.select(
            pl.col("signal").cast(pl.String), pl.col("time").to_physical(), "value", "quality"
        )
        for signal, time, value, quality in rows.iter_rows():
            self._keep(signal, time, value, quality)

    def _keep(self, signal: str, time: int, value: float | None, quality: int | None) -> None:
        known = self._readings.get(signal)
        # On equal times the one that landed last wins.
        if known is None or time >= known[0]:
            self._readings[signal] = (time, value, quality)
