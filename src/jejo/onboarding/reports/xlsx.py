"""The report as an Excel workbook: figures stay numbers, every text stays text whatever a file is named."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, ClassVar

import xlsxwriter

from jejo.kernel.clock import SEOUL
from jejo.kernel.texts import LANGUAGES, texts
from jejo.onboarding.domain.chart import Chart, printable
from jejo.onboarding.domain.document import LabelEntry, ReportDocument, TableEntry
from jejo.onboarding.reports._wording import Wording

Value = str | int | float | datetime | None

LONGEST = 32_767
"""Letters that Excel holds in one cell."""

_NOT_LIVE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FORMATS: Mapping[str, Mapping[str, object]] = {
    "text": {"text_wrap": True, "valign": "top"},
    "title": {"bold": True, "font_size": 14},
    "section": {"bold": True, "font_size": 12, "top": 1},
    "head": {"bold": True, "bg_color": "#EEF1F4", "bottom": 1, "text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0", "valign": "top"},
    "figure": {"num_format": "General", "valign": "top"},
    "score": {"num_format": "0.000", "valign": "top"},
    "points": {"num_format": "0", "valign": "top"},
    "share": {"num_format": "0.0%", "valign": "top"},
    "time": {"num_format": "yyyy-mm-dd hh:mm:ss", "valign": "top", "align": "left"},
}


class XlsxFile:
    """Renders the report as a workbook of five sheets; the same report always gives the same bytes."""

    media_type: ClassVar[str] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    suffix: ClassVar[str] = "xlsx"

    def render(self, document: ReportDocument, charts: Mapping[int, Sequence[Chart]]) -> bytes:
        """Return the file; charts are not part of it."""
        language = document.language if document.language in LANGUAGES else LANGUAGES[0]
        write = Wording(texts(language))
        buffer = BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, **_NOT_LIVE})
        # The moment of writing would make every copy another file.
        made = _moment(document.made_at)
        created = made if isinstance(made, datetime) else datetime(1980, 1, 1)  # noqa: DTZ001  # as Excel has it
        book.set_properties({"created": created, "title": _plain(document.source.name)})
        formats = {name: book.add_format(dict(look)) for name, look in _FORMATS.items()}
        sheets = {
            "summary": _summary,
            "columns": _columns,
            "anomalies": _anomalies,
            "result": _results,
            "cells": _cells,
        }
        for name, fill in sheets.items():
            fill(_Page(book.add_worksheet(write(f"workbook.{name}")), formats), document, write)
        book.close()
        return buffer.getvalue()


class _Page:
    """Writes one sheet from top to bottom."""

    def __init__(self, sheet: Any, formats: Mapping[str, Any]) -> None:
        self._sheet = sheet
        self._formats = formats
        self._row = 0

    def widths(self, *widths: int) -> None:
        """Set the widths of the first columns, in letters."""
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)

    def names(self, *names: str) -> None:
        """Write the line of column names."""
        self.line(*names, looks=("head",) * len(names))

    def heading(self, text: str, look: str = "section") -> None:
        """Write a heading after an empty line."""
        self._row += self._row > 0
        self.line(text, looks=(look,))

    def line(self, *values: Value, looks: Sequence[str]) -> None:
        """Write one line; a number that is none stays empty."""
        for column, (value, look) in enumerate(zip(values, looks, strict=True)):
            match value:
                case str():
                    # Never `write`, which would guess; a format for numbers would hide a long text.
                    shown = self._formats[look if look in {"head", "section", "title"} else "text"]
                    self._sheet.write_string(self._row, column, _plain(value), shown)
                case datetime():
                    self._sheet.write_datetime(self._row, column, value, self._formats[look])
                case int() | float() if math.isfinite(value):
                    self._sheet.write_number(self._row, column, value, self._formats[look])
        self._row += 1

    def freeze(self, columns: int = 0, *, has_filter: bool = False, width: int = 0) -> None:
        """Keep the first line in sight, and as many columns."""
        self._sheet.freeze_panes(1, columns)
        if has_filter and self._row > 1:
            self._sheet.autofilter(0, 0, self._row - 1, width - 1)


def _plain(text: str) -> str:
    return printable(text[:LONGEST])[:LONGEST]


def _moment(iso: str | None) -> Value:
    """Return a time as Excel counts it, Korean wall clock; as text where Excel has no such day."""
    if not iso:
        return None
    moment = datetime.fromisoformat(iso)
    local = (moment.astimezone(SEOUL) if moment.tzinfo else moment).replace(tzinfo=None)
    return local if local.year >= 1900 else iso


def _summary(page: _Page, document: ReportDocument, write: Wording) -> None:
    page.widths(28, 60, 44, 24, 12)
    page.line(f"{write('words.report')} · {document.source.name}", looks=("title",))
    page.heading(write("words.source"))
    source = document.source
    facts: tuple[tuple[str, Value, str], ...] = (
        (write("source.name"), source.name, "text"),
        (write("source.size"), write.size(source.bytes), "text"),
        (write("source.encoding"), source.encoding, "text"),
        (write("source.sha256"), source.sha256, "text"),
        (write("workbook.made"), _moment(document.made_at), "time"),
        (write("source.id"), document.id or "", "text"),
    )
    for name, value, look in facts:
        page.line(name, value, looks=("text", look))
    page.heading(write("words.actions"))
    for number, action in enumerate(document.next_actions, 1):
        page.line(number, action.text, looks=("count", "text"))
    for table in document.tables:
        page.heading(f"{write('words.table')}: {table.name}")
        page.line(write("words.rows"), table.rows, looks=("text", "count"))
        page.line(write("workbook.kind"), table.kind_text or table.kind, looks=("text", "text"))
        page.line(write("workbook.from"), _moment(table.start), looks=("text", "time"))
        page.line(write("workbook.to"), _moment(table.end), looks=("text", "time"))
        _quality(page, table, write)


def _quality(page: _Page, table: TableEntry, write: Wording) -> None:
    if not table.rows:
        return
    quality = table.quality
    page.line(write("tiles.quality"), quality.score, looks=("text", "points"))
    for name, value in quality.criteria.items():
        shown = write("not_computable") if value is None else value
        page.line(quality.criteria_text.get(name, name), shown, looks=("text", "points"))
    if quality.issues:
        page.names(
            write("workbook.severity"),
            write("words.issues"),
            write("workbook.hint"),
            write("words.column"),
            write("words.rows"),
        )
    for issue in quality.issues:
        page.line(
            write.known("severity", issue.severity),
            issue.text,
            issue.hint,
            issue.column or "",
            issue.rows,
            looks=("text", "text", "text", "text", "count"),
        )


def _columns(page: _Page, document: ReportDocument, write: Wording) -> None:
    page.widths(20, 30, 16, 30, 12, 12, 12, 12, 14, 14, 14)
    page.names(
        write("words.table"),
        write("words.column"),
        write("workbook.role"),
        write("words.meaning"),
        write("words.unit"),
        write("workbook.sure"),
        write("workbook.count"),
        write("words.empty"),
        write("words.lowest"),
        write("words.highest"),
        write("words.mean"),
    )
    looks = ("text",) * 5 + ("share", "count", "share") + ("figure",) * 3
    for table in document.tables:
        for column in table.columns:
            stats = column.stats
            page.line(
                table.name,
                column.name,
                column.role_text or column.role,
                column.concept_text or "",
                column.unit_text or column.unit or "",
                column.confidence,
                stats.count,
                stats.nulls / stats.count if stats.count else None,
                stats.min,
                stats.max,
                stats.mean,
                looks=looks,
            )
    page.freeze(2, has_filter=True, width=len(looks))


def _anomalies(page: _Page, document: ReportDocument, write: Wording) -> None:
    page.widths(20, 6, 20, 20, 10, 10, 12, 60, 44, 18)
    page.names(
        write("words.table"),
        "#",
        write("workbook.from"),
        write("workbook.to"),
        write("workbook.first_row"),
        write("workbook.last_row"),
        write("workbook.strength"),
        write("words.anomalies"),
        write("words.shares"),
        write("workbook.group"),
    )
    looks = ("text", "count", "time", "time", "count", "count", "figure", "text", "text", "text")
    for table in document.tables:
        for number, anomaly in enumerate(table.anomalies, 1):
            shares = ", ".join(f"{each.name} {write.percent(each.share)}" for each in anomaly.signals)
            page.line(
                table.name,
                number,
                _moment(anomaly.start),
                _moment(anomaly.end),
                anomaly.first_row + 1,
                anomaly.last_row + 1,
                round(anomaly.strength, 4),
                anomaly.text,
                shares,
                anomaly.group or "",
                looks=looks,
            )
        if not table.anomalies:
            empty = (None,) * 6
            page.line(table.name, *empty, table.anomalies_text, None, None, looks=looks)
    page.freeze(2, has_filter=True, width=len(looks))


def _results(page: _Page, document: ReportDocument, write: Wording) -> None:
    page.widths(34, 60, 14, 14, 14, 14)
    page.line(write("workbook.result"), looks=("title",))
    labelled = [(table, table.label) for table in document.tables if table.label is not None]
    for table, label in labelled:
        page.heading(f"{table.name} · {label.column}")
        _result(page, label, write)
    if not labelled:
        page.line(write("workbook.no_result"), looks=("text",))
    page.freeze()


def _result(page: _Page, label: LabelEntry, write: Wording) -> None:
    rate = "figure" if label.task == "regression" else "share"
    page.line(label.text, looks=("text",))
    if label.positive is not None:
        page.line(write("positive"), label.positive, looks=("text", "text"))
    page.line(write("label_rows"), label.rows, looks=("text", "count"))
    page.line(write.known("base_rate", label.task), label.base_rate, looks=("text", rate))
    if label.drivers:
        page.heading(write("words.drivers"))
        page.line(write("words.drivers_note"), looks=("text",))
        page.names(
            write("words.column"),
            write("words.drivers"),
            write("words.shares"),
            write("words.inside"),
            write("words.outside"),
            write("words.rows_inside"),
        )
    for driver in label.drivers:
        page.line(
            driver.name,
            driver.text,
            driver.importance,
            driver.rate_inside,
            driver.rate_outside,
            driver.rows_inside,
            looks=("text", "text", "share", rate, rate, "count"),
        )
    if label.leaks:
        page.heading(write("words.leaks"))
    for leak in label.leaks:
        page.line(leak.column, leak.why, looks=("text", "text"))
    _metrics(page, label, write)


def _metrics(page: _Page, label: LabelEntry, write: Wording) -> None:
    believed = label.metrics_without_leaks or label.metrics
    names = [name for name in believed if not name.endswith(("_low", "_high"))]
    if not names:
        return
    page.heading(write("words.figures"))
    if label.validation:
        page.line(write.known("validation", label.validation), looks=("text",))
    page.names(
        write("words.figure_name"),
        write("words.figure_believe"),
        write("words.lowest"),
        write("words.highest"),
        write("words.figure_leaky"),
    )
    for name in names:
        leaky = label.metrics.get(name) if label.leaks else None
        ends = (believed.get(f"{name}_low"), believed.get(f"{name}_high"))
        page.line(
            write.known("metrics", name), believed[name], *ends, leaky, looks=("text",) + ("score",) * 4
        )


def _cells(page: _Page, document: ReportDocument, write: Wording) -> None:
    page.widths(20, 12, 22, 14, 34, 14, 60)
    page.names(
        write("words.table"),
        write("workbook.cell"),
        write("words.ready_stage"),
        write("workbook.function"),
        write("words.ready"),
        write("workbook.state"),
        write("workbook.missing"),
    )
    for table in document.tables:
        for entry in table.readiness:
            stage, _, function = entry.cell.partition("-")
            page.line(
                table.name,
                entry.cell,
                write.known("stages", stage),
                write.known("functions", function),
                entry.name or entry.cell,
                entry.state_text or entry.state,
                " · ".join(entry.missing),
                looks=("text",) * 7,
            )
    page.freeze(2, has_filter=True, width=7)


plugin = XlsxFile
