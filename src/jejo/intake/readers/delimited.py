"""CSV, TSV and TXT: all cells as text, rows as they stand in the file."""

import csv
import io
from pathlib import Path

import polars as pl

from jejo.intake.domain.delimiters import delimiter_of
from jejo.intake.domain.encoding import decode
from jejo.intake.domain.limits import Limits
from jejo.intake.domain.raw import Raw, Sheet
from jejo.intake.domain.table import Finding
from jejo.kernel.errors import Invalid


class Delimited:
    """Reads fields separated by comma, tab, semicolon or bar, with quotes as spreadsheets write them."""

    def read(self, path: Path, limits: Limits) -> Raw:
        """Return one sheet named after the file."""
        decoded = decode(path.read_bytes())
        text = decoded.text.lstrip("\ufeff").replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
        if not text.strip():
            raise Invalid("intake.empty", name=path.name)
        text, named = _named_delimiter(text)
        delimiter = named or delimiter_of(text)
        frame = _cells(text, delimiter, limits)
        findings: tuple[Finding, ...] = ()
        if decoded.broken:
            findings = (Finding("text.broken-characters", {"count": decoded.broken}, rows=decoded.broken),)
        sheet = Sheet(path.stem, frame, decimal_comma=delimiter == ";")
        return Raw(decoded.encoding, (sheet,), findings=findings)


def _named_delimiter(text: str) -> tuple[str, str | None]:
    # Excel writes `sep=;` as first line where the computer's list separator is another one.
    first, _, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first) == 5:
        return rest, first[4]
    return text, None


def _cells(text: str, delimiter: str, limits: Limits) -> pl.DataFrame:
    width = max((line.count(delimiter) for line in _sample(text)), default=0) + 1
    if width > limits.columns:
        raise Invalid("intake.too-many-columns", limit=limits.columns)
    if width * (text.count("\n") + 1) > limits.cells:
        raise Invalid("intake.too-many-cells", limit=limits.cells)
    names = [f"c{number}" for number in range(width)]
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode("utf-8", errors="replace")),
            has_header=False,
            schema=dict.fromkeys(names, pl.String),
            separator=delimiter,
            truncate_ragged_lines=True,
        )
    except (pl.exceptions.PolarsError, UnicodeError):
        # Quotes that never close, or that close in the middle of a field: the standard reader is more forgiving.
        frame = _forgiving(text, delimiter, names, limits)
    if frame.height != _lines_of(text, frame.height):
        frame = _forgiving(text, delimiter, names, limits)
    return frame


def _sample(text: str) -> list[str]:
    return text[:2_000_000].split("\n") if len(text) > 2_000_000 else text.split("\n")


def _lines_of(text: str, found: int) -> int:
    """Return the number of rows there should be, or `found` where quotes make it a matter of parsing."""
    return found if '"' in text else text.rstrip("\n").count("\n") + 1


def _forgiving(text: str, delimiter: str, names: list[str], limits: Limits) -> pl.DataFrame:
    csv.field_size_limit(10_000_000)
    width = len(names)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        rows = [line.split(delimiter) for line in text.split("\n")]
    width = max(width, max(map(len, rows), default=0))
    if width > limits.columns:
        raise Invalid("intake.too-many-columns", limit=limits.columns)
    if width * len(rows) > limits.cells:
        raise Invalid("intake.too-many-cells", limit=limits.cells)
    filled = [[*row[:width], *[None] * (width - len(row))] for row in rows]
    return pl.DataFrame(filled, schema={f"c{number}": pl.String for number in range(width)}, orient="row")


plugin = Delimited()
