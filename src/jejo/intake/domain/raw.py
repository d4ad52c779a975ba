"""What a reader hands over: cells as they stand in the file, nothing understood yet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from jejo.intake.domain.limits import Limits
from jejo.intake.domain.table import Finding, Step


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range of cells, 0-based, both ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet, or the one grid of a text file.

    Args:
        frame: `named` False: all String, columns in file order under any names, row i is row i of the file, blanks
            are null. `named` True: typed columns under their own names (Parquet, JSON lines).
        merges: merged ranges; empty where the format has none.
        decimal_comma: the delimiter suggests that `12,5` is twelve and a half.
    """

    name: str
    frame: pl.DataFrame
    named: bool = False
    merges: tuple[Merge, ...] = ()
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class Raw:
    """All sheets of one file.

    Args:
        encoding: of text, for example `cp949`; the format's name for binary files.
        steps: what the reader had to do, for example drop broken characters.
    """

    encoding: str
    sheets: tuple[Sheet, ...]
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()


class Reader(Protocol):
    """A plug-in of `intake.readers`: one file format. Runs in the child process only."""

    def read(self, path: Path, limits: Limits) -> Raw:
        """Return everything in the file.

        Raises:
            Invalid: `intake.unreadable`, `intake.password`, `intake.empty` or `intake.too-large`.
        """
