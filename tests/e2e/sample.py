"""A realistic report built in code, and the in-memory onboarding service that serves it to pages under test."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from jejo.accounts.domain import Scope
from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Invalid, NotFound, Problem
from jejo.kernel.jobs import JobState
from jejo.kernel.texts import Language
from jejo.onboarding.domain.diagnosis import Progress, ReportCard, Stage
from jejo.onboarding.domain.document import (
    ActionEntry,
    AnomalyEntry,
    ColumnEntry,
    DriverEntry,
    FindingEntry,
    IssueEntry,
    LabelEntry,
    LeakEntry,
    ProcessEntry,
    QualityEntry,
    ReadinessEntry,
    ReportDocument,
    ShareEntry,
    SourceEntry,
    StatsEntry,
    StepEntry,
    TableEntry,
    UsualEntry,
)
from jejo.onboarding.domain.drawing import AXIS, encoded

START = datetime(2025, 10, 24, 9, tzinfo=SEOUL)
ROWS = 21_600
SPIKE = (12_000, 12_020)
SIGNALS = (
    ("금형온도(℃)", "금형 온도", "Mould temperature", "℃", 182.0, 2.0),
    ("냉각수유량(L/min)", "냉각수 유량", "Coolant flow", "L/min", 12.1, 0.3),
    ("사출압력(MPa)", "최대 사출 압력", "Peak injection pressure", "MPa", 71.5, 1.4),
    ("실린더1존(℃)", "실린더 온도", "Barrel temperature", "℃", 220.0, 1.1),
    ("스크류속도(rpm)", "스크류 회전수", "Screw speed", "rpm", 96.0, 2.5),
    ("보압시간(s)", "보압 시간", "Holding time", "s", 6.2, 0.1),
    ("사이클시간(s)", "사이클 시간", "Cycle time", "s", 32.0, 0.8),
    ("쿠션량(mm)", None, None, "mm", 5.4, 0.2),
)
STAGES = ("FIN", "PLN", "PUR", "MFG", "LOG", "MKT", "SVC")
FUNCTIONS = ("REC", "PRE", "AUT", "COM", "GEN")
READY, NEARLY = {"MFG-PRE", "MFG-AUT"}, {"MFG-GEN", "PLN-PRE", "LOG-PRE"}


def values_of(number: int, rows: int = ROWS) -> np.ndarray:
    """Return the readings of the sample's n-th signal: calm, one short spike, one drift, one gap."""
    _, _, _, _, mean, spread = SIGNALS[number % len(SIGNALS)]
    at = np.arange(rows)
    noise = np.random.default_rng(number).normal(0, 0.3, rows)
    values = mean + spread * (0.6 * np.sin(at / 1800 + number) + noise)
    if number == 0:
        values[slice(*SPIKE)] = mean + 9 * spread
    if number < 3:
        values[18_000:20_000] += np.linspace(0, (5, -9, 1)[number] * spread, min(2000, rows - 18_000))
    values[5000:5600] = math.nan
    return values


def said(language: Language, korean: str, english: str) -> str:
    """Return the text of one language."""
    return korean if language == "ko" else english


def iso(row: int) -> str:
    """Return the time of a row of the sample."""
    return (START + timedelta(seconds=row)).isoformat()


def a_column(number: int, language: Language) -> ColumnEntry:
    """Return the entry of the n-th signal."""
    name, korean, english, unit, mean, spread = SIGNALS[number % len(SIGNALS)]
    return ColumnEntry(
        name=name if number < len(SIGNALS) else f"{name} #{number}",
        role="signal",
        concept=None if korean is None else f"c{number}",
        irdi=None,
        unit=unit,
        confidence=0.31 if korean is None else 0.97 - number * 0.04,
        stats=StatsEntry(ROWS - 600, 600, mean - 3 * spread, mean + 9 * spread, mean),
        role_text=said(language, "신호", "signal"),
        concept_text=korean if language == "ko" else english,
        unit_text=unit,
    )


def plain_column(name: str, role: str, role_text: str, concept_text: str | None = None) -> ColumnEntry:
    """Return the entry of a column that is no signal."""
    stats = StatsEntry(ROWS, 0, None, None, None)
    return ColumnEntry(
        name, role, None, None, None, 0.9, stats, role_text=role_text, concept_text=concept_text
    )


def an_anomaly(first: int, last: int, language: Language, strength: float = 2.3) -> AnomalyEntry:
    """Return a strange interval of the sample."""
    return AnomalyEntry(
        start=iso(first),
        end=iso(last),
        strength=strength,
        signals=(
            ShareEntry("냉각수유량(L/min)", 0.61, -2.4),
            ShareEntry("금형온도(℃)", 0.27, 8.1),
            ShareEntry("사출압력(MPa)", 0.12, 1.2),
        ),
        text=said(
            language,
            "냉각수 유량이 평소보다 2.4 L/min 낮고, 금형 온도가 8.1 ℃ 높았습니다.",
            "Coolant flow was 2.4 L/min below usual, mould temperature 8.1 ℃ above.",
        ),
        first_row=first,
        last_row=last,
        detectors=("subpca",),
    )


def a_label(language: Language) -> LabelEntry:
    """Return a label with drivers and a leak."""
    texts = (
        said(language, "금형온도(℃) 188 이상", "Mould temperature 188 ℃ or more"),
        said(language, "냉각수유량 − 사출압력 차이가 클 때", "Large difference of coolant flow and pressure"),
        said(language, "보압시간(s) 5.9 이하", "Holding time 5.9 s or less"),
    )
    return LabelEntry(
        column="불량여부",
        task="binary",
        base_rate=0.042,
        metrics={"pr_auc": 0.991, "pr_auc_low": 0.984, "pr_auc_high": 0.997, "roc_auc": 0.999},
        metrics_without_leaks={
            "pr_auc": 0.752,
            "pr_auc_low": 0.711,
            "pr_auc_high": 0.79,
            "roc_auc": 0.934,
            "roc_auc_low": 0.92,
            "roc_auc_high": 0.948,
        },
        leaks=(
            LeakEntry(
                "재작업횟수",
                said(language, "결과가 불량인 줄에만 값이 있습니다", "Filled only where the result is bad"),
                "only-bad",
            ),
        ),
        drivers=tuple(
            DriverEntry(text, weight, "higher", 188.0, None, None, rate, 0.031, 1234, text)
            for text, weight, rate in zip(texts, (0.41, 0.22, 0.09), (0.187, 0.094, 0.07), strict=True)
        ),
        positive="1",
        rows=ROWS,
        validation="time",
        text=said(
            language,
            "불량 4.2% 가운데 절반을, 100번 중 75번꼴로 가려냅니다.",
            "Half of the 4.2 % defects are found, 75 of 100 calls being right.",
        ),
    )


def quality(language: Language) -> QualityEntry:
    """Return quality with one criterion that a file cannot show."""
    names = {
        "completeness": ("완전성", "Completeness"),
        "validity": ("유효성", "Validity"),
        "accuracy": ("정확성", "Accuracy"),
        "consistency": ("일관성", "Consistency"),
        "usefulness": ("유용성", "Usefulness"),
        "accessibility": ("접근성", "Accessibility"),
    }
    return QualityEntry(
        score=87.4,
        criteria=dict(zip(names, (96.0, 99.0, 74.0, 91.0, 62.0, None), strict=True)),
        issues=(
            IssueEntry(
                "gaps",
                "completeness",
                "warn",
                said(language, "금형온도(℃) 빈 값 600개", "600 empty values in mould temperature"),
                said(
                    language, "10월 24일 오전 10시쯤 수집을 확인해 주세요.", "Please check collection at 10."
                ),
                "금형온도(℃)",
                600,
            ),
            IssueEntry(
                "units",
                "accuracy",
                "bad",
                said(language, "압력 단위가 섞인 듯한 12줄", "12 rows with mixed pressure units"),
                said(language, "bar로 적힌 줄을 확인해 주세요.", "Please check rows written in bar."),
                None,
                12,
            ),
            IssueEntry(
                "notes",
                "usefulness",
                "info",
                said(language, "수집 방법 설명이 없습니다", "No note on how it was collected"),
                said(language, "두 문장만 적어 주세요.", "Two sentences are enough."),
                None,
                0,
            ),
        ),
        criteria_text={name: said(language, *pair) for name, pair in names.items()},
    )


def readiness(language: Language) -> tuple[ReadinessEntry, ...]:
    """Return all 35 cells."""
    entries = []
    for stage in STAGES:
        for function in FUNCTIONS:
            cell = f"{stage}-{function}"
            state = "ready" if cell in READY else "nearly" if cell in NEARLY else "no"
            word = {
                "ready": ("지금 가능", "now"),
                "nearly": ("거의 가능", "nearly"),
                "no": ("아직", "not yet"),
            }
            missing = said(language, "설비 정비 이력", "maintenance history")
            entries.append(
                ReadinessEntry(
                    cell,
                    state,
                    () if state == "ready" else (missing,),
                    said(language, "설비 이상 예측", "Equipment anomaly prediction"),
                    said(language, *word[state]),
                )
            )
    return tuple(entries)


def a_table(language: Language) -> TableEntry:
    """Return the sample's table with time, anomalies and a label."""
    signals = tuple(a_column(number, language) for number in range(len(SIGNALS)))
    columns = (
        plain_column("일시", "time", said(language, "시각", "time"), said(language, "측정 시각", "Time")),
        *signals,
        plain_column(
            "불량여부", "label", said(language, "결과", "label"), said(language, "불량 여부", "Defect")
        ),
        plain_column("작업자", "personal", said(language, "개인정보", "personal")),
    )
    steps = (
        ("encoding", "글자 깨짐 없이 읽음: 한글 완성형(CP949)", "Read as Korean CP949", False),
        ("header.merged", "합친 머리글 2줄을 한 줄로 이음", "Two header rows joined into one", True),
        ("dates", "날짜 적는 법 3가지를 하나로 맞춤", "Three date forms made one", True),
        ("personal", "작업자 이름을 가림", "Operator names masked", False),
    )
    return TableEntry(
        name="10월",
        kind="time_series",
        rows=ROWS,
        start=iso(0),
        end=iso(ROWS - 1),
        sampling_s=1.0,
        header_rows=(1, 2),
        columns=columns,
        steps=tuple(StepEntry(code, said(language, ko, en), undo, code) for code, ko, en, undo in steps),
        quality=quality(language),
        anomalies=(an_anomaly(18_600, 20_100, language), an_anomaly(*SPIKE, language, 1.6)),
        label=a_label(language),
        readiness=readiness(language),
        process_model=ProcessEntry(
            "injection", 0.82, said(language, "사출성형", "Injection moulding"), ("금형온도", "사출압력")
        ),
        findings=(
            FindingEntry(
                "time.duplicates",
                said(language, "같은 시각이 두 번 적힌 줄 3곳", "3 times are written twice"),
                3,
                "일시",
            ),
        ),
        usual=tuple(
            UsualEntry(column.name, spec[4] - 1.2 * spec[5], spec[4] + 1.2 * spec[5])
            for column, spec in zip(signals, SIGNALS, strict=True)
        ),
        axis="time",
        kind_text=said(language, "시간에 따른 기록", "time series"),
        preview=tuple(
            (iso(row)[:19], *(f"{values_of(n)[row]:.1f}" for n in range(len(SIGNALS))), "0", "박○우")
            for row in range(6)
        ),
        anomalies_text=said(
            language,
            "앞 4,320줄을 평소로 보고 나머지와 견주었습니다.",
            "The first 4,320 rows were taken as usual.",
        ),
        reference_rows=((0, 4319),),
    )


@cache
def a_document(language: Language = "ko") -> ReportDocument:
    """Return a report of two tables: one with everything, one with nothing but columns."""
    full = a_table(language)
    bare = replace(
        full,
        name="집계",
        kind="other",
        kind_text=said(language, "그 밖의 표", "other"),
        rows=40,
        start=None,
        end=None,
        sampling_s=None,
        axis="row",
        columns=full.columns[1:3],
        preview=(("1.0", "2.0"),),
        anomalies=(),
        label=None,
        steps=(),
        findings=(),
        usual=(),
        reference_rows=(),
        anomalies_text=said(language, "줄이 적어 살펴보지 않았습니다.", "Too few rows to look."),
    )
    actions = (
        ("flow", "냉각수 밸브와 필터부터 확인해 주세요.", "Check the coolant valve and filter first."),
        ("log", "설비 정비 이력을 함께 올리면 고장 예측까지 할 수 있습니다.", "Add maintenance history."),
        (
            "gap",
            "10월 24일 오전 10시쯤 수집이 끊긴 까닭을 확인해 주세요.",
            "Check why collection stopped at 10.",
        ),
    )
    return ReportDocument(
        source=SourceEntry("생산일지_사출3호기_10월.xlsx", "9f3c" * 16, 14_200_000, "xlsx"),
        tables=(full, bare),
        next_actions=tuple(ActionEntry(code, said(language, ko, en)) for code, ko, en in actions),
        language=language,
        made_at="2025-10-24T15:05:00+09:00",
        seconds=6.2,
        id="full",
    )


@cache
def a_huge_document(language: Language = "ko") -> ReportDocument:
    """Return a report far larger than a page may show: 600 signals, 500 anomalies, 300 steps and issues."""
    document = a_document(language)
    table = document.tables[0]
    columns = tuple(a_column(number, language) for number in range(600))
    return replace(
        document,
        id="huge",
        tables=(
            replace(
                table,
                columns=columns,
                preview=tuple(tuple("123.4" for _ in columns) for _ in range(6)),
                usual=tuple(UsualEntry(column.name, 1.0, 2.0) for column in columns),
                anomalies=tuple(an_anomaly(at * 40, at * 40 + 10, language) for at in range(500)),
                steps=tuple(replace(table.steps[1], key=f"step:{at}") for at in range(300)),
                findings=table.findings * 300,
                quality=replace(table.quality, issues=table.quality.issues * 100),
            ),
        ),
    )


class SampleOnboarding:
    """Serves the sample reports from memory; what is uploaded is counted and becomes a running report."""

    def __init__(self, example: Path | None = None, limit: int = 1_000_000) -> None:
        self.kept: dict[str, dict[Language, ReportDocument]] = {
            "full": {"ko": a_document("ko"), "en": a_document("en")},
            "huge": {"ko": a_huge_document("ko"), "en": a_huge_document("en")},
        }
        self.jobs: dict[str, Progress] = {
            "running": self.job(JobState.RUNNING),
            "failed": self.job(JobState.FAILED, Invalid("onboarding.empty-file", name="빈파일.xlsx")),
            "bug": self.job(JobState.FAILED),
            "cancelled": self.job(JobState.CANCELLED),
        }
        self.received: list[tuple[str, int]] = []
        self.started: list[dict[str, object]] = []
        self.undone: list[tuple[str, str]] = []
        self._example = example
        self._limit = limit

    @staticmethod
    def job(state: JobState, problem: Problem | None = None, done: float = 0.42) -> Progress:
        """Return a report that is not kept."""
        started = datetime.now(UTC) - timedelta(seconds=7)
        return Progress("생산일지_10월.xlsx", Stage.READING, done, started, state, problem)

    def receive(self, scope: Scope, name: str, content: Iterable[bytes]) -> str:
        size = sum(len(chunk) for chunk in content)
        if not size:
            raise Invalid("onboarding.empty-file", name=name)
        if size > self._limit:
            raise Invalid("onboarding.too-large", name=name, limit_mb=self._limit // 1_000_000)
        self.received.append((name, size))
        return f"upload-{len(self.received)}"

    def start(self, scope: Scope, uploads: Sequence[str], **wishes: object) -> str:
        self.started.append({"uploads": list(uploads), **wishes})
        return "running"

    def running(self, scope: Scope, report: str) -> Progress:
        if report not in self.jobs:
            raise NotFound("onboarding.no-report", report=report)
        return self.jobs[report]

    def cancel(self, scope: Scope, report: str) -> None:
        self.jobs[report] = self.job(JobState.CANCELLED)

    def undo(self, scope: Scope, report: str, key: str) -> str:
        self.undone.append((report, key))
        return "running"

    def reports(self, scope: Scope) -> list[ReportCard]:
        return [
            ReportCard(
                report,
                documents["ko"].source.name,
                datetime.fromisoformat(documents["ko"].made_at),
                sum(table.rows for table in documents["ko"].tables),
                len(documents["ko"].tables[0].anomalies),
                87.4,
            )
            for report, documents in self.kept.items()
        ]

    def document(self, scope: Scope, report: str, language: Language) -> ReportDocument:
        if report not in self.kept:
            raise NotFound("onboarding.no-report", report=report)
        return self.kept[report][language]

    def rendered(self, scope: Scope, report: str, language: Language, form: str) -> tuple[bytes, str]:
        if form not in ("json", "html", "pdf"):
            raise NotFound("kernel.no-plugin", name=form, known=["html", "json", "pdf"])
        return f"{report} {language} {form}".encode(), "application/octet-stream"

    def example(self) -> Path | None:
        return self._example

    def series(
        self,
        scope: Scope,
        report: str,
        table: int,
        signals: Sequence[str],
        *,
        start: float | None = None,
        end: float | None = None,
        width: int = 1000,
    ) -> bytes:
        entry = self.kept[report]["ko"].tables[table]
        names = [column.name for column in entry.columns if column.role == "signal"]
        if unknown := set(signals) - set(names):
            raise NotFound("onboarding.no-signal", signal=sorted(unknown))
        origin = int(START.timestamp()) if entry.axis == "time" else 0
        axis = (origin + np.arange(entry.rows, dtype=np.int64)) * 1_000_000
        drawn = {name: values_of(names.index(name))[: entry.rows] for name in signals}
        return encoded(pl.DataFrame({AXIS: axis, **drawn}), signals, start, end, width)
