"""Charts of the first report: their data, and one SVG that pages, HTML files and PDF share.

Colours are attributes with class names beside them: the SVG stands alone (typst, an image viewer), and a page
may restyle it, for example in the dark. No `style`, no script, no identifier: safe under a strict CSP, and many
fit into one document.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from jejo.kernel.errors import Invalid
from jejo.kernel.texts import Language, Texts, texts
from jejo.onboarding.domain.document import ReportDocument
from jejo.onboarding.domain.ticks import Tick, time_ticks, value_ticks

_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 42, 36
_FONT = "Pretendard Variable, Pretendard, Noto Sans KR, Malgun Gothic, Apple SD Gothic Neo, sans-serif"
# Beyond it a span no longer fits into a float; no machine measures such values.
_ENDLESS = 1e300
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class ChartBand:
    """An anomaly on the x axis, both ends included; `text` is its short label."""

    first: float
    last: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One signal over time or over rows.

    Args:
        unit: as shown, for example `℃`; empty where unknown.
        axis: `time` (x in seconds since 1970-01-01 UTC) or `row` (x is the 0-based row; readers see it from 1).
        x: ascending; y: same length, NaN is a gap.
        usual: where the signal usually lies, in its own unit.
    Raises:
        Invalid: `onboarding.chart-shape` when x and y differ in length or the axis is unknown.
    """

    title: str
    unit: str
    axis: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    usual: tuple[float, float] | None
    bands: tuple[ChartBand, ...]

    @property
    def usual_range(self) -> tuple[float, float] | None:
        """Return the usual range where both ends can be drawn."""
        return (
            self.usual if self.usual is not None and all(abs(end) < _ENDLESS for end in self.usual) else None
        )

    def __post_init__(self) -> None:
        if len(self.x) != len(self.y) or self.axis not in {"time", "row"}:
            raise Invalid("onboarding.chart-shape", x=len(self.x), y=len(self.y), axis=self.axis)


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A stretch of a chart: its extremes (None: no value in it) and the labels of the anomalies it touches."""

    first: float
    lowest: float | None
    highest: float | None
    bands: tuple[str, ...]


class Renderer(Protocol):
    """A file form of the report; plug-ins of `jejo.onboarding.reports`, made without arguments."""

    media_type: ClassVar[str]
    suffix: ClassVar[str]

    def render(self, document: ReportDocument, charts: Mapping[int, Sequence[Chart]]) -> bytes:
        """Return the file; `charts` are those of a table, by its index in the document."""


def printable(text: str) -> str:
    r"""Return a foreign text as it can be shown: composed Korean, one line, nothing that hides or reorders.

    >>> printable("a\u202eb\x00c\nd")
    'a�b�c d'
    """
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable():
        return composed
    return "".join(
        " " if each in "\t\n\r" else "�" if unicodedata.category(each) in _INVISIBLE else each
        for each in composed
    )


def describe(chart: Chart, language: Language) -> str:
    """Return the chart in words, for those who do not see it."""
    say = texts(language)
    known = [value for value in chart.y if abs(value) < _ENDLESS]
    if not known:
        return say.text("onboarding.file.chart.nothing", title=printable(chart.title))
    parts = [
        say.text(
            "onboarding.file.chart.extent",
            title=heading(chart, say),
            low=float(min(known)),
            high=float(max(known)),
        )
    ]
    if chart.bands:
        parts.append(say.text("onboarding.file.chart.bands", count=len(chart.bands)))
    return " ".join(parts)


def summarise(chart: Chart, count: int) -> list[ChartPart]:
    """Return a chart cut into equal stretches, for those who read it as a table.

    Only extremes are told: they stay true where the points were thinned out for drawing.
    """
    known = [place for place, value in enumerate(chart.y) if abs(value) < _ENDLESS]
    if not known:
        return []
    start, width = chart.x[known[0]], (chart.x[known[-1]] - chart.x[known[0]]) / count or 1.0
    values: list[list[float]] = [[] for _ in range(count)]
    for place in known:
        values[min(int((chart.x[place] - start) / width), count - 1)].append(chart.y[place])
    return [
        ChartPart(
            first=start + part * width,
            lowest=min(inside, default=None),
            highest=max(inside, default=None),
            bands=tuple(
                band.text
                for band in chart.bands
                if band.first < start + (part + 1) * width and band.last >= start + part * width
            ),
        )
        for part, inside in enumerate(values)
    ]


def heading(chart: Chart, say: Texts) -> str:
    """Return title, unit and usual range in one line."""
    title = printable(f"{chart.title} ({chart.unit})" if chart.unit else chart.title)
    return title if chart.usual_range is None else f"{title} · {_usual(chart.usual_range, say)}"


def svg(chart: Chart, *, width: int = 960, height: int = 180, language: Language) -> str:
    """Return the chart as one `<svg>` element.

    Order of painting: usual range, anomaly bands with start line and label, then data; gaps stay gaps.
    More points than the width can show are reduced to first, lowest, highest and last of each pixel column.
    """
    return "".join(_Drawing(chart, width, height, texts(language)).elements())


def _usual(usual: tuple[float, float], say: Texts) -> str:
    return say.text("onboarding.file.chart.usual", low=float(usual[0]), high=float(usual[1]))


class _Drawing:
    def __init__(self, chart: Chart, width: int, height: int, say: Texts) -> None:
        self.chart, self.width, self.height, self.say = chart, width, height, say
        self.x: NDArray[np.float64] = np.asarray(chart.x, dtype=np.float64)
        self.y: NDArray[np.float64] = np.asarray(chart.y, dtype=np.float64)
        self.known = (np.abs(self.y) < _ENDLESS) & np.isfinite(self.x)
        self.right, self.floor = width - _RIGHT, height - _BOTTOM
        self.empty = not self.known.any()
        if self.empty:
            return
        span = self.x[np.isfinite(self.x)]
        self.first, self.last = float(span.min()), float(span.max())
        low, high = float(self.y[self.known].min()), float(self.y[self.known].max())
        if chart.usual_range is not None:
            low, high = min(low, chart.usual_range[0]), max(high, chart.usual_range[1])
        margin = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
        self.low, self.high = low - margin, high + margin

    def at_x(self, value: float) -> float:
        if self.last == self.first:
            return (_LEFT + self.right) / 2
        share = (min(max(value, self.first), self.last) - self.first) / (self.last - self.first)
        return _LEFT + share * (self.right - _LEFT)

    def at_y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.floor - min(max(share, 0.0), 1.0) * (self.floor - _TOP)

    def elements(self) -> Iterator[str]:
        about = escape(describe(self.chart, self.say.language))
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="chart-svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" aria-label="{about}" '
            f'font-family="{_FONT}" font-size="12">'
        )
        yield from self._title()
        if self.empty:
            nothing = self.say.text("onboarding.file.chart.empty")
            yield _text(
                self.width / 2, self.height / 2 + 8, nothing, "chart-tick", "#5f6c7d", anchor="middle"
            )
        else:
            yield from self._usual()
            yield from self._grid()
            yield from self._bands()
            yield f'<path class="chart-line" d="{self._path()}" fill="none" stroke="#0b5cad" stroke-width="1.3" stroke-linejoin="round" stroke-linecap="round"/>'
        yield "</svg>"

    def _title(self) -> Iterator[str]:
        title = printable(f"{self.chart.title} ({self.chart.unit})" if self.chart.unit else self.chart.title)
        size = 13.5
        usual = "" if self.chart.usual_range is None else _usual(self.chart.usual_range, self.say)
        room = self.width - 24 - _wide(usual, 12)
        while _wide(title, size) > room and len(title) > 2:
            title = title[: max(1, int(len(title) * 0.9)) - 1].rstrip("…") + "…"
        yield _text(2, 17, title, "chart-title", "#16202c", size=size, bold=True)
        if usual:
            yield _text(2 + _wide(title, size) + 10, 17, usual, "chart-usual-text", "#455264")

    def _usual(self) -> Iterator[str]:
        if self.chart.usual_range is None:
            return
        top, bottom = (self.at_y(end) for end in reversed(self.chart.usual_range))
        yield _box("chart-usual", _LEFT, top, self.right - _LEFT, bottom - top, "#e9edf1")

    def _grid(self) -> Iterator[str]:
        for tick in value_ticks(self.low, self.high, self.say):
            y = self.at_y(tick.at)
            yield _line("chart-grid", _LEFT, y, self.right, y, "#dfe4ea", 0.8)
            yield _text(_LEFT - 7, y + 4, tick.text, "chart-tick", "#5f6c7d", anchor="end")
        beside = max(3, (self.right - _LEFT) // 90)
        for tick in self._x_ticks(beside):
            x = self.at_x(tick.at)
            yield _line("chart-grid", x, _TOP, x, self.floor, "#dfe4ea", 0.8)
            anchor = "start" if x < _LEFT + 24 else "end" if x > self.right - 24 else "middle"
            yield _text(x, self.floor + 15, tick.text, "chart-tick", "#5f6c7d", anchor=anchor)
            if tick.below:
                yield _text(x, self.floor + 30, tick.below, "chart-tick", "#5f6c7d", anchor=anchor)

    def _x_ticks(self, most: int) -> Sequence[Tick]:
        if self.chart.axis == "time":
            return time_ticks(self.first, self.last, most, self.say)
        marks = value_ticks(self.first + 1, self.last + 1, self.say, most)
        whole = [each for each in marks if each.at == int(each.at)]
        row = self.say.text("onboarding.file.chart.row")
        return [Tick(each.at - 1, each.text, row if place == 0 else "") for place, each in enumerate(whole)]

    def _bands(self) -> Iterator[str]:
        free = float(_LEFT)
        for band in sorted(self.chart.bands, key=lambda each: each.first):
            if band.last < self.first or band.first > self.last:
                continue
            start, end = self.at_x(band.first), self.at_x(band.last)
            # A short stretch on a long axis would vanish: two units stay visible in print.
            yield _box("chart-band", start, _TOP, max(end - start, 2.0), self.floor - _TOP, "#b8271b", 0.13)
            yield _line("chart-start", start, _TOP - 15, start, self.floor, "#b8271b", 1.4)
            label = printable(band.text)
            needed = _wide(label, 11.5) + 8
            if label and start + needed <= self.width and start >= free:
                yield _text(start + 4, _TOP - 5, label, "chart-label", "#b8271b", size=11.5, bold=True)
                free = start + needed
            elif label and start - needed >= free:
                yield _text(
                    start - 4, _TOP - 5, label, "chart-label", "#b8271b", size=11.5, bold=True, anchor="end"
                )
                free = start

    def _path(self) -> str:
        columns = self.right - _LEFT
        crowded = int(self.known.sum()) > 4 * columns
        edges = np.flatnonzero(np.diff(np.concatenate(([0], self.known.astype(np.int8), [0]))))
        drawn: list[str] = []
        for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            x, y = self.x[start:stop], self.y[start:stop]
            if crowded:
                x, y = _reduced(x, y, self.first, self.last, columns)
            points = [
                f"{self.at_x(a):.1f} {self.at_y(b):.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True)
            ]
            # A lone value between two gaps is a dot, drawn by the round line cap.
            drawn.append(f"M{'L'.join(points)}" if len(points) > 1 else f"M{points[0]}h.1")
        return "".join(drawn)


def _reduced(
    x: NDArray[np.float64], y: NDArray[np.float64], first: float, last: float, columns: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    column = ((x - first) * (columns / ((last - first) or 1.0))).astype(np.int64)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(column)) + 1))
    ends = np.concatenate((starts[1:], [len(x)])) - 1
    middle = (x[starts] + x[ends]) / 2
    kept_x = np.stack([x[starts], middle, middle, x[ends]], axis=1).ravel()
    kept_y = np.stack(
        [y[starts], np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts), y[ends]], axis=1
    ).ravel()
    return kept_x, kept_y


def _wide(text: str, size: float) -> float:
    # Near enough to place a label: Korean and other wide letters fill the em, the rest about 0.58 of it.
    return sum(size * (0.95 if unicodedata.east_asian_width(each) in "WF" else 0.58) for each in text)


def _text(
    x: float,
    y: float,
    text: str,
    name: str,
    fill: str,
    *,
    size: float = 12,
    bold: bool = False,
    anchor: str = "start",
) -> str:
    weight = ' font-weight="700"' if bold else ""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    font = "" if size == 12 else f' font-size="{size}"'
    return (
        f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" fill="{fill}"{font}{weight}{at}>{escape(text)}</text>'
    )


def _line(name: str, x1: float, y1: float, x2: float, y2: float, stroke: str, width: float) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line class="{name}" {ends} stroke="{stroke}" stroke-width="{width}"/>'


def _box(name: str, x: float, y: float, width: float, height: float, fill: str, opacity: float = 1.0) -> str:
    area = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.1):.1f}" height="{max(height, 0.1):.1f}"'
    return f'<rect class="{name}" {area} fill="{fill}"' + (
        "/>" if opacity == 1 else f' fill-opacity="{opacity}"/>'
    )
