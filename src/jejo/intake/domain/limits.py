"""How much a hostile file may ask for before it is refused."""

from dataclasses import dataclass

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one file.

    Args:
        file_bytes: largest file as dropped.
        entries: most entries of an archive; xlsx files are archives too.
        entry_bytes: largest entry, unpacked.
        total_bytes: all entries, unpacked.
        ratio: unpacked over packed bytes of an entry, looked at above `ratio_after` unpacked bytes.
        memory_bytes: address space of the process that parses.
        cpu_seconds: processor time of the process that parses; its wall time may be twice that.
        cells: most cells of one sheet; an eighth of it for workbooks, whose cells cost more.
        columns: most columns of one sheet; understanding takes some milliseconds for each.
        sheets: most sheets of a workbook.
        merges: most merged ranges of a sheet.
        text_bytes: all cells of a file as text; Parquet keeps one long text for a million cells.
    """

    file_bytes: int = 500 * _MB
    entries: int = 2_000
    entry_bytes: int = 200 * _MB
    total_bytes: int = 500 * _MB
    ratio: float = 200.0
    ratio_after: int = 1 * _MB
    memory_bytes: int = 6_000 * _MB
    cpu_seconds: int = 300
    cells: int = 200_000_000
    columns: int = 2_500
    sheets: int = 500
    merges: int = 100_000
    text_bytes: int = 1_000 * _MB
