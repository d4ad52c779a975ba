"""A home folder with readings, as the product leaves it."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import polars as pl

from history.building import MINE, START, some_readings
from jejo.bootstrap import House
from jejo.kernel.settings import Settings


def a_house(folder: Path) -> House:
    """Return the product on a home folder."""
    return House(Settings(home=str(folder), port=18_424))


def close(house: House) -> None:
    """Let go of the databases, as the end of the process does."""
    house.engine.dispose()
    house.history._log.close()


def hold(house: House):
    """Return what stops the compactor of this house."""
    return lambda organisation: house.history.at_rest(replace(MINE, organisation=organisation))


def batch(number: int) -> pl.DataFrame:
    """Return the five readings of one batch, which no other batch has."""
    signal = f"signal-{number % 3}"
    return some_readings(signal, [number * 5 + step for step in range(5)])


class Load:
    """Appends batch after batch and compacts in between, until stopped; remembers what was acknowledged."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self.acknowledged = 0
        self.compactions = 0

    @contextmanager
    def running(self):
        with ThreadPoolExecutor(2) as threads:
            both = [threads.submit(each) for each in (self._append, self._compact)]
            try:
                yield self
            finally:
                self._stop.set()
            for each in both:
                each.result()

    def _append(self) -> None:
        while not self._stop.is_set():
            self._house.history.append(MINE, "press", self.acknowledged, batch(self.acknowledged))
            self.acknowledged += 1

    def _compact(self) -> None:
        while not self._stop.is_set():
            self.compactions += self._house.history.compact(MINE).batches > 0
            self._stop.wait(0.01)


def readings(house: House) -> pl.DataFrame:
    """Return all readings of a house."""
    end = START.replace(year=START.year + 1)
    return house.history.read(MINE, [f"signal-{number}" for number in range(3)], START, end)


def written(batches: int) -> pl.DataFrame:
    """Return the readings of the first batches as they are read back."""
    return pl.concat([batch(number) for number in range(batches)]).sort("signal", "time")
