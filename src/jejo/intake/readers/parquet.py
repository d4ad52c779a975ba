"""Parquet: typed columns under their own names."""

from pathlib import Path

import polars as pl

from jejo.intake.domain.limits import Limits
from jejo.intake.domain.raw import Raw, Sheet
from jejo.kernel.errors import Invalid


class Parquet:
    """Reads a whole Parquet file."""

    def read(self, path: Path, limits: Limits) -> Raw:
        """Return one sheet named after the file; nested columns become JSON text."""
        try:
            rows = pl.scan_parquet(path).select(pl.len()).collect().item()
            columns = len(pl.read_parquet_schema(path))
            if columns > limits.columns:
                raise Invalid("intake.too-many-columns", limit=limits.columns)
            if rows * columns > limits.cells:
                raise Invalid("intake.too-many-cells", limit=limits.cells)
            frame = pl.read_parquet(path, use_statistics=False)
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as damaged:
            raise Invalid("intake.unreadable", name=path.name) from damaged
        return Raw("parquet", (Sheet(path.stem, frame, named=True),))


plugin = Parquet()
