"""XLSX, XLSM, XLSB and XLS through calamine: all cells as text, rows and columns as they stand in the sheet."""

import datetime as dt
from pathlib import Path

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from jejo.intake.domain.limits import Limits
from jejo.intake.domain.raw import Merge, Raw, Sheet
from jejo.kernel.errors import Invalid

# A cell of a workbook is an object in memory before it is a text.
_DEARER = 8
_TOP = 1_000
_MANY_BLANK = 1_000_000
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
                if len(book.sheets_metadata) > limits.sheets:
                    raise Invalid("intake.too-many-sheets", limit=limits.sheets)
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
    if sheet.width > limits.columns:
        raise Invalid("intake.too-many-columns", limit=limits.columns)
    if sheet.height * sheet.width > limits.cells // _DEARER:
        raise Invalid("intake.too-many-cells", limit=limits.cells // _DEARER)
    ranges = sheet.merged_cell_ranges or []
    if len(ranges) > limits.merges:
        raise Invalid("intake.too-many-merges", limit=limits.merges)
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
        for first, last in ranges
        if first[1] >= left
    )
    return Sheet(sheet.name, *_squeezed(frame, merges))


def _squeezed(frame: pl.DataFrame, merges: tuple[Merge, ...]) -> tuple[pl.DataFrame, bool, tuple[Merge, ...]]:
    """Take out blank rows of a million cells and more: one stray cell at the end of a sheet makes them."""
    told = pl.any_horizontal(pl.all().is_not_null()) | (pl.int_range(pl.len()) < _TOP)
    some = frame.select(told.alias("told")).to_series()
    if (frame.height - int(some.sum())) * frame.width <= _MANY_BLANK:
        return frame, False, merges
    return frame.filter(some), False, tuple(each for each in merges if each.bottom < _TOP)


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
