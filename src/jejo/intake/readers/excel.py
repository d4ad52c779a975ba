"""XLSX, XLSM, XLSB and XLS through calamine: all cells as text, rows and columns as they stand in the sheet."""

import datetime as dt
from pathlib import Path

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from jejo.intake.domain.limits import Limits
from jejo.intake.domain.raw import Merge, Raw, Sheet
from jejo.kernel.errors import Invalid

_NOT_SHEETS = (
    SheetTypeEnum.ChartSheet,
    SheetTypeEnum.DialogSheet,
    SheetTypeEnum.Vba,
    SheetTypeEnum.MacroSheet,
)


class Excel:
    """Reads every worksheet, hidden ones too: factories hide their raw data."""

    def read(self, path: Path, limits: Limits) -> Raw:
        """Return one sheet per worksheet, empty ones as frames without rows."""
        try:
            with CalamineWorkbook.from_path(path) as book:
                names = [each.name for each in book.sheets_metadata if each.typ not in _NOT_SHEETS]
                sheets = tuple(_sheet(book.get_sheet_by_name(name), limits) for name in names)
        except PasswordError as locked:
            raise Invalid("intake.password", name=path.name) from locked
        except (CalamineError, OSError, ValueError) as damaged:
            raise Invalid("intake.unreadable", name=path.name) from damaged
        return Raw("excel", sheets)


def _sheet(sheet: CalamineSheet, limits: Limits) -> Sheet:
    if sheet.start is None or not sheet.height or not sheet.width:
        return Sheet(sheet.name, pl.DataFrame())
    if sheet.height * sheet.width > limits.cells:
        raise Invalid("intake.too-many-cells", limit=limits.cells)
    top, left = sheet.start
    columns = list(zip(*sheet.to_python(skip_empty_area=True), strict=True))
    series = [
        pl.Series(f"c{left + number}", _texts(cells), pl.String) for number, cells in enumerate(columns)
    ]
    frame = pl.DataFrame(series)
    if top:
        blank = pl.DataFrame({name: [None] * top for name in frame.columns}, schema=frame.schema)
        frame = pl.concat([blank, frame])
    # Ranges count from the sheet's first cell, the frame from its first filled column.
    merges = tuple(
        Merge(first[0], first[1] - left, last[0], last[1] - left)
        for first, last in sheet.merged_cell_ranges or []
        if first[1] >= left
    )
    return Sheet(sheet.name, frame, merges=merges)


def _texts(cells: tuple[object, ...]) -> list[str | None]:
    return [_text(cell) for cell in cells]


def _text(cell: object) -> str | None:
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return _rounded(cell).isoformat(sep=" ")
    if isinstance(cell, dt.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return None if cell is None else str(cell)


def _rounded(moment: dt.datetime) -> dt.datetime:
    # Excel keeps time as a fraction of a day: 15:04:59.999999 was typed as 15:05.
    spare = moment.microsecond % 1000
    return moment + dt.timedelta(microseconds=1000 - spare if spare >= 500 else -spare)


plugin = Excel()
