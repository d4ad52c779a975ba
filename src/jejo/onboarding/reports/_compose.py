"""Turns the report document into the sheet that HTML and PDF print."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from jejo.kernel.texts import LANGUAGES, texts
from jejo.onboarding.domain.chart import Chart, describe, printable, summarise, svg
from jejo.onboarding.domain.document import (
    AnomalyEntry,
    ColumnEntry,
    ProcessEntry,
    QualityEntry,
    ReadinessEntry,
    ReportDocument,
    ShareEntry,
    TableEntry,
)
from jejo.onboarding.reports._label import label_part
from jejo.onboarding.reports._sheet import (
    Bar,
    Cell,
    ChartRow,
    ColumnRow,
    Drawn,
    Note,
    Overview,
    Pair,
    ReadyPart,
    Sheet,
    Stretch,
    TablePart,
)
from jejo.onboarding.reports._wording import Wording

STAGES = ("FIN", "PLN", "PUR", "MFG", "LOG", "MKT", "SVC")
FUNCTIONS = ("REC", "PRE", "AUT", "COM", "GEN")
MOST_ANOMALIES = 12
MOST_LETTERS = 400
"""A longer foreign text is cut on paper; JSON keeps it whole."""

WORDS = (
    "report",
    "actions",
    "overview",
    "anomalies",
    "shares",
    "shares_note",
    "drivers",
    "drivers_note",
    "leaks",
    "leaks_note",
    "figures",
    "figure_name",
    "figure_believe",
    "figure_interval",
    "figure_leaky",
    "inside",
    "outside",
    "rows_inside",
    "ready",
    "ready_stage",
    "ready_nearly",
    "process",
    "quality",
    "issues",
    "done",
    "steps",
    "undoable",
    "findings",
    "columns",
    "column",
    "meaning",
    "unit",
    "extent",
    "mean",
    "empty",
    "preview",
    "source",
    "table",
    "rows",
    "quality_short",
    "anomalies_short",
    "as_table",
    "from",
    "lowest",
    "highest",
    "footer",
    "missing_letters",
    "chart_note",
    "no_steps",
    "product",
)


def compose(
    document: ReportDocument,
    charts: Mapping[int, Sequence[Chart]],
    *,
    chart_size: tuple[int, int],
) -> Sheet:
    """Return the report as it is read: most useful first, every foreign text made safe to show."""
    language = document.language if document.language in LANGUAGES else LANGUAGES[0]
    say = texts(language)
    write = Wording(say)
    tables = tuple(
        _table(table, charts.get(index, ()), write, chart_size) for index, table in enumerate(document.tables)
    )
    sheet = Sheet(
        language=language,
        title=document.source.name,
        made=write("made", moment=datetime.fromisoformat(document.made_at)) if document.made_at else "",
        tiles=_tiles(document, write),
        actions=tuple(action.text for action in document.next_actions),
        overview=_overview(document, write) if len(document.tables) > 1 else (),
        tables=tables,
        source=_source(document, write),
        words={word: write(f"words.{word}") for word in WORDS},
    )
    return cast(Sheet, safe(sheet, _shown))


def safe(part: Any, clean: Callable[[str], str]) -> Any:
    """Return a sheet or a part of it with every text but drawings passed through `clean`."""
    match part:
        case str():
            return clean(part)
        case tuple():
            return tuple(safe(each, clean) for each in part)
        case Drawn():
            return replace(part, alt=clean(part.alt), rows=safe(part.rows, clean))
        case dict():
            return {key: safe(value, clean) for key, value in part.items()}
        case _ if is_dataclass(part) and not isinstance(part, type):
            return replace(
                part, **{each.name: safe(getattr(part, each.name), clean) for each in fields(part)}
            )
    return part


def _shown(text: str) -> str:
    # Cut before and after: composing may shorten, and a hostile text must not be composed whole.
    text = printable(text[: 4 * MOST_LETTERS])
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _tiles(document: ReportDocument, write: Wording) -> tuple[Pair, ...]:
    tables = document.tables
    looked = [table for table in tables if _was_searched(table)]
    tiles = [
        Pair(
            write("tiles.rows"),
            write.number(sum(table.rows for table in tables)),
            write("tiles.rows_note", tables=len(tables), columns=sum(len(table.columns) for table in tables)),
        ),
        Pair(
            write("tiles.anomalies"),
            write.number(sum(len(table.anomalies) for table in looked)) if looked else "–",
            write("tiles.anomalies_note" if looked else "tiles.anomalies_none"),
        ),
    ]
    filled = [table for table in tables if table.rows]
    if filled:
        worst = min(filled, key=lambda table: table.quality.score)
        several = len(filled) > 1
        tiles.append(
            Pair(
                write("tiles.quality_lowest" if several else "tiles.quality"),
                write.score(worst.quality.score),
                worst.name if several else write("tiles.quality_note"),
            )
        )
    cells = {entry.cell for table in tables for entry in table.readiness if entry.state == "ready"}
    nearly = {entry.cell for table in tables for entry in table.readiness if entry.state == "nearly"} - cells
    tiles.append(
        Pair(write("tiles.ready"), write.number(len(cells)), write("tiles.ready_note", nearly=len(nearly)))
    )
    return tuple(tiles)


def _was_searched(table: TableEntry) -> bool:
    return bool(table.anomalies or table.reference_rows or table.usual)


def _overview(document: ReportDocument, write: Wording) -> tuple[Overview, ...]:
    return tuple(
        Overview(
            name=table.name,
            rows=write.number(table.rows),
            anomalies=write.number(len(table.anomalies)) if _was_searched(table) else "–",
            quality=write.score(table.quality.score) if table.rows else "–",
        )
        for table in document.tables
    )


def _source(document: ReportDocument, write: Wording) -> tuple[Pair, ...]:
    source = document.source
    pairs = [
        Pair(write("source.name"), source.name),
        Pair(write("source.size"), write.size(source.bytes)),
        Pair(write("source.encoding"), source.encoding),
        Pair(write("source.sha256"), source.sha256),
        Pair(write("source.seconds"), write.number(timedelta(seconds=round(document.seconds, 1)))),
    ]
    if document.id:
        pairs.append(Pair(write("source.id"), document.id))
    return tuple(pair for pair in pairs if pair.value)


def _table(table: TableEntry, charts: Sequence[Chart], write: Wording, size: tuple[int, int]) -> TablePart:
    process, process_note = _process(table.process_model, write)
    more = len(table.anomalies) - MOST_ANOMALIES
    return TablePart(
        name=table.name,
        summary=_summary(table, write),
        charts=_charts(charts, size, write),
        anomalies_text=table.anomalies_text,
        anomalies=tuple(_stretch(number, each, table, write) for number, each in _strongest(table.anomalies)),
        more_anomalies=write("more_anomalies", count=more) if more > 0 else "",
        label=label_part(table.label, write) if table.label else None,
        ready=_ready(table.readiness, write) if table.readiness else None,
        process=process,
        process_note=process_note,
        quality=write.score(table.quality.score) if table.rows else "",
        criteria=tuple(_criterion(table.quality, name, write) for name in table.quality.criteria),
        issues=tuple(
            Note(
                each.text,
                each.hint,
                write.known("severity", each.severity),
                each.severity if each.severity in {"bad", "warn"} else "info",
                _place(each.column, each.rows, write),
            )
            for each in table.quality.issues
        ),
        steps=tuple(
            Note(each.text, mark=write("words.undoable") if each.undoable else "") for each in table.steps
        ),
        findings=tuple(
            Note(each.text, place=_place(each.column, each.rows, write)) for each in table.findings
        ),
        columns=tuple(_column(each, write) for each in table.columns),
        preview_names=tuple(each.name for each in table.columns),
        preview=table.preview[:5],
    )


def _strongest(anomalies: Sequence[AnomalyEntry]) -> list[tuple[int, AnomalyEntry]]:
    # The strongest are kept, in their order and with their number in the document, which charts show too.
    numbered = list(enumerate(anomalies, 1))
    return sorted(
        sorted(numbered, key=lambda each: -each[1].strength)[:MOST_ANOMALIES], key=lambda each: each[0]
    )


def _charts(charts: Sequence[Chart], size: tuple[int, int], write: Wording) -> tuple[Drawn, ...]:
    language = write.say.language
    return tuple(
        Drawn(
            svg(chart, width=size[0], height=size[1], language=language),
            describe(chart, language),
            tuple(_twelfths(chart, write)),
        )
        for chart in charts
    )


def _twelfths(chart: Chart, write: Wording) -> Iterator[ChartRow]:
    for part in summarise(chart, 12):
        at = datetime.fromtimestamp(part.first, UTC) if chart.axis == "time" else int(part.first) + 1
        yield ChartRow(
            start=write.number(at),
            lowest="–" if part.lowest is None else write.number(part.lowest),
            highest="–" if part.highest is None else write.number(part.highest),
            anomalies=", ".join(part.bands),
        )


def _summary(table: TableEntry, write: Wording) -> str:
    parts = [table.kind_text, write("rows_columns", rows=table.rows, columns=len(table.columns))]
    if table.start and table.end:
        parts.append(f"{write.moment(table.start)} ~ {write.moment(table.end)}")
    if table.sampling_s:
        parts.append(write("sampling", every=timedelta(seconds=table.sampling_s)))
    return " · ".join(part for part in parts if part)


def _place(column: str | None, rows: int, write: Wording) -> str:
    parts = [column] if column else []
    if rows:
        parts.append(write("rows", rows=rows))
    return " · ".join(parts)


def _stretch(number: int, anomaly: AnomalyEntry, table: TableEntry, write: Wording) -> Stretch:
    rows = write("row_span", first=anomaly.first_row + 1, last=anomaly.last_row + 1)
    count = anomaly.last_row - anomaly.first_row + 1
    if anomaly.start and anomaly.end:
        lasted = datetime.fromisoformat(anomaly.end) - datetime.fromisoformat(anomaly.start)
        length = write.number(lasted) if lasted else write("rows", rows=count)
        when = write.span(anomaly.start, anomaly.end)
    else:
        length, when = write("rows", rows=count), rows
    if anomaly.group:
        when = f"{when} · {anomaly.group}"
    units = {column.name: column.unit_text or column.unit or "" for column in table.columns}
    return Stretch(
        number=str(number),
        length=length,
        when=when,
        text=anomaly.text,
        strength=write("strength", times=write.number(round(anomaly.strength, 1))),
        bars=tuple(
            _share(each, place, units.get(each.name, ""), write) for place, each in enumerate(anomaly.signals)
        ),
    )


def _share(entry: ShareEntry, place: int, unit: str, write: Wording) -> Bar:
    tone = ("bad", "warn")[place] if place < 2 else "plain"
    note = "" if entry.change is None else write.change(entry.change, unit)
    return Bar(entry.name, 100 * entry.share, write.percent(entry.share), note, tone)


def _criterion(quality: QualityEntry, name: str, write: Wording) -> Bar:
    value, shown = quality.criteria[name], quality.criteria_text.get(name, name)
    if value is None:
        return Bar(shown, None, "–", write("not_computable"))
    return Bar(
        shown,
        value,
        write.number(round(value)),
        tone="ok" if value >= 90 else "warn" if value >= 60 else "bad",
    )


def _column(column: ColumnEntry, write: Wording) -> ColumnRow:
    stats = column.stats
    known = stats.min is not None and stats.max is not None
    return ColumnRow(
        name=column.name,
        meaning=column.concept_text or column.role_text or column.role,
        note=_column_note(column, write),
        is_sure=column.confidence >= 0.7,
        unit=column.unit_text or column.unit or "–",
        extent=f"{write.number(stats.min)} ~ {write.number(stats.max)}" if known else "–",
        mean="–" if stats.mean is None else write.number(stats.mean),
        empty=write.percent(stats.nulls / stats.count) if stats.count else "–",
    )


def _column_note(column: ColumnEntry, write: Wording) -> str:
    share = write.percent(column.confidence)
    if column.concept_text:
        return write("confidence", role=column.role_text or column.role, share=share)
    return write("unknown_meaning") if column.role == "signal" else write("confidence_role", share=share)


def _ready(entries: Sequence[ReadinessEntry], write: Wording) -> ReadyPart:
    by_cell = {entry.cell: entry for entry in entries}
    tones = {"ready": "ok", "nearly": "warn"}

    def cell(code: str) -> Cell:
        entry = by_cell.get(code)
        if entry is None:
            return Cell("–", "", "no")
        return Cell(entry.name or entry.cell, entry.state_text or entry.state, tones.get(entry.state, "no"))

    count = {state: sum(entry.state == state for entry in entries) for state in ("ready", "nearly", "no")}
    return ReadyPart(
        counts=write("ready_counts", **count),
        functions=tuple(write(f"functions.{function}") for function in FUNCTIONS),
        rows=tuple(
            (write(f"stages.{stage}"), tuple(cell(f"{stage}-{function}") for function in FUNCTIONS))
            for stage in STAGES
        ),
        nearly=tuple(
            Pair(entry.name or entry.cell, " · ".join(entry.missing))
            for entry in entries
            if entry.state == "nearly"
        ),
    )


def _process(process: ProcessEntry, write: Wording) -> tuple[str, str]:
    if process.id is None:
        return write("process.none"), ""
    shown = write("process.found", name=process.name or process.id, share=write.percent(process.confidence))
    return shown, write("process.evidence", found=list(process.evidence)) if process.evidence else ""
