"""HTML routes of equipment: what is registered, and its signals over time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from jejo.accounts.domain import Scope
from jejo.history.domain.overview import (
    FIRST_SIGNALS,
    PERIODS,
    outline,
    periods,
    seconds,
    shown_span,
    whole,
)
from jejo.history.domain.readings import Extent, Span, moment
from jejo.history.service import HistoryService
from jejo.kernel.clock import Clock, utc_now
from jejo.kernel.errors import NotFound
from jejo.kernel.menu import MenuEntry, in_menu
from jejo.knowledge.domain.units import Unit
from jejo.plant.domain import Equipment, Signal
from jejo.plant.service import PlantService

_PER_PAGE = 25
_SPARK = (120, 28)
_SPARK_COLUMNS = 30


class Render(Protocol):
    """Draws a template inside the frame, in the language of the request."""

    def __call__(
        self, request: Request, template: str, /, *, status: int = 200, **context: object
    ) -> Response: ...


@dataclass(frozen=True, slots=True)
class Row:
    """One piece of equipment in the list; no extent: no reading yet."""

    equipment: Equipment
    extent: Extent | None
    age: timedelta | None
    spark: str
    spark_of: str


@dataclass(frozen=True, slots=True)
class Line:
    """One signal of the page, with its latest reading."""

    signal: Signal
    unit: str
    last: float | None
    last_at: datetime
    is_drawn: bool


def pages(
    history: HistoryService,
    plant: PlantService,
    render: Render,
    scope_of: Callable[[Request], Scope],
    unit_of: Callable[[str], Unit | None],
    clock: Clock = utc_now,
) -> APIRouter:
    """Return the pages of equipment and its signals.

    Args:
        unit_of: returns the unit of a UCUM code, to show its symbol.
    """
    router = APIRouter(include_in_schema=False)

    @lru_cache(maxsize=1_024)
    def spark(scope: Scope, signal: str, extent: Extent, _minute: datetime) -> str:
        # Drawn anew with every new reading, and each minute in case that an older one came late.
        span = next(iter(periods(extent).values()))
        (line,) = history.series(scope, [signal], span.start, span.end, _SPARK_COLUMNS)
        return outline(line, span, *_SPARK)

    def row(scope: Scope, machine: Equipment, extents: Mapping[str, Extent]) -> Row:
        known = [signal for signal in machine.signals if signal.id in extents]
        if not known:
            return Row(machine, None, None, "", "")
        first, extent, now = known[0], _joined(extents[signal.id] for signal in known), clock()
        drawing = spark(scope, first.id, extents[first.id], now.replace(second=0, microsecond=0))
        return Row(machine, extent, now - extent.last, drawing, first.name)

    @router.get("/equipment")
    @in_menu(
        MenuEntry(
            path="/equipment",
            group="data",
            text="history.pages.menu.equipment",
            icon="chart-line",
            order=20,
            short="history.pages.menu.equipment",
        )
    )
    def equipment(request: Request, page: int = Query(1, ge=1)) -> Response:
        scope = scope_of(request)
        everything = plant.equipment(scope)
        listed = everything[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        extents = history.extents(scope, [signal.id for each in listed for signal in each.signals])
        return render(
            request,
            "history/equipment.html",
            rows=[row(scope, each, extents) for each in listed],
            total=len(everything),
            page=page,
            has_more=page * _PER_PAGE < len(everything),
            spark_size=_SPARK,
        )

    @router.get("/equipment/{equipment_id}")
    def signals(
        request: Request,
        equipment_id: str,
        signal: list[str] = Query(default_factory=list),  # noqa: B008  # FastAPI's way
        start: str | None = Query(None, alias="from"),
        end: str | None = Query(None, alias="to"),
    ) -> Response:
        scope = scope_of(request)
        machine = plant.find(scope, equipment_id)
        extents = history.extents(scope, [each.id for each in machine.signals])
        if not extents:
            return render(request, "history/signals.html", machine=machine, lines=[], extent=None)
        extent = _joined(extents.values())
        span = shown_span(extent, moment(start) if start else None, moment(end) if end else None)
        drawn = _drawn(machine, extents, signal)
        lines = {line.signal.id: line for line in _lines(history, scope, machine, extents, drawn, unit_of)}
        return render(
            request,
            "history/signals.html",
            machine=machine,
            lines=list(lines.values()),
            figures=[lines[each] for each in drawn],
            extent=extent,
            whole=_ends(whole(extent)),
            range=_ends(span),
            periods=[
                (name, _address(drawn, offered), _length(name), offered == span)
                for name, offered in periods(extent).items()
            ],
        )

    return router


def _joined(extents: Iterable[Extent]) -> Extent:
    first, *others = extents
    for other in others:
        first = first.joined(other)
    return first


def _drawn(machine: Equipment, extents: Mapping[str, Extent], asked: Sequence[str]) -> list[str]:
    """Return the ids of the signals to draw, in the order asked for, each once.

    An empty name says that none is wanted, which differs from saying nothing.
    """
    if not asked:
        return [signal.id for signal in machine.signals if signal.id in extents][:FIRST_SIGNALS]
    wanted = [each for each in dict.fromkeys(asked) if each]
    for each in wanted:
        if each not in extents:
            raise NotFound("history.not-of-equipment", signal=each, equipment=machine.name)
    return wanted


def _lines(
    history: HistoryService,
    scope: Scope,
    machine: Equipment,
    extents: Mapping[str, Extent],
    drawn: Sequence[str],
    unit_of: Callable[[str], Unit | None],
) -> list[Line]:
    known = [signal for signal in machine.signals if signal.id in extents]
    latest = history.last(scope, [signal.id for signal in known])
    return [
        Line(signal, _symbol(signal.unit, unit_of), value, time, signal.id in drawn)
        for signal, time, value in zip(known, latest["time"], latest["value"], strict=True)
    ]


def _symbol(code: str | None, unit_of: Callable[[str], Unit | None]) -> str:
    known = unit_of(code) if code else None
    return (code or "") if known is None else known.symbol


def _ends(span: Span) -> tuple[float, float]:
    return seconds(span.start), seconds(span.end)


def _length(name: str) -> float | None:
    return PERIODS[name].total_seconds() if name in PERIODS else None


def _address(drawn: Sequence[str], span: Span) -> str:
    start, end = _ends(span)
    return "?" + urlencode([*(("signal", each) for each in drawn or [""]), ("from", start), ("to", end)])
