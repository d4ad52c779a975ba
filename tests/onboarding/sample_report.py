"""Builds report documents that look like real ones: names and numbers are invented."""

import math
import random
from dataclasses import replace
from datetime import datetime, timedelta

from jejo.kernel.clock import SEOUL
from jejo.onboarding.domain.chart import Chart, ChartBand
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
from jejo.onboarding.reports._compose import FUNCTIONS, STAGES

START = datetime(2025, 10, 24, 9, 0, tzinfo=SEOUL)
_KO = {
    "file": "사출3호기_10월 생산일지.xlsx",
    "shots": "주조 실적",
    "empty": "비고",
    "kind": "한 줄이 제품 하나",
    "series": "시간 순서로 잰 값",
    "anomaly": "금형 온도가 평소 178~186℃보다 높습니다. 냉각수 유량이 먼저 줄었습니다.",
    "drift": "유압유 온도가 천천히 올랐습니다.",
    "actions": (
        "10월 24일 오후 2시 3분부터 52분 동안 냉각수 밸브가 열려 있었는지 확인해 주세요.",
        "‘사출속도’ 열이 2.1~2.6일 때 불량이 6배 많습니다. 조건표와 비교해 주세요.",
        "빈 값이 많은 열 2개를 채워 다시 올려 주세요.",
    ),
    "header": "제목 두 줄을 열 이름으로 합쳤습니다. 줄: 2, 3",
    "date": "작업일자 열에서 날짜 1,440개를 읽었습니다. 예: 2025년 10월 24일",
    "gap": "12분 동안 기록이 없습니다.",
    "mask": "전화번호로 보이는 값 18개를 가렸습니다.",
    "issue": "사이클시간 빈 값 1.9%",
    "hint": "10월 15일 오전에 몰려 있습니다. 그때 기록지를 확인해 주세요.",
    "issue2": "압력 단위가 섞인 듯합니다.",
    "hint2": "bar로 적힌 12줄을 MPa로 바꿔 주세요.",
    "driver": "사출속도가 2.1~2.6일 때 불량이 많습니다.",
    "driver2": "금형온도 − 냉각수온도가 152 넘을 때 불량이 많습니다.",
    "leak": "불량일 때만 값이 적혀 있습니다(7,000줄 중 306줄, 모두 불량).",
    "label": "불량과 함께 달라진 조건 2개를 찾았습니다.",
    "searched": "앞의 400줄을 평소로 보고, 나머지를 그것과 비교했습니다.",
    "short": "값이 있는 줄이 30줄보다 적어 평소를 알 수 없습니다.",
    "states": {"ready": "지금 가능", "nearly": "거의 가능", "no": "아직"},
    "cell": "설비 이상 예측",
    "missing": "정비 이력 3개월",
    "process": "다이캐스팅",
    "roles": ("시각", "측정값", "결과", "구분"),
    "concepts": ("금형 온도", "냉각수 유량", "사출 압력"),
    "titles": ("금형온도", "냉각수유량", "사출압력"),
    "criteria": ("완전성", "유효성", "정확성", "일관성", "유용성", "접근성"),
    "band": "52분째 높음",
}
_EN = {
    "file": "press3 October log.xlsx",
    "shots": "shots",
    "empty": "remarks",
    "kind": "one row per item",
    "series": "measured over time",
    "anomaly": "The mould is hotter than its usual 178~186 ℃. Coolant flow fell first.",
    "drift": "Hydraulic oil became slowly warmer.",
    "actions": (
        "Check whether the coolant valve was open from 14:03 for 52 minutes.",
        "Defects are 6 times as frequent where injection speed is 2.1~2.6. Compare with the recipe.",
        "Fill the two columns with many empty values and load the file again.",
    ),
    "header": "Two heading rows were joined into column names. Rows: 2, 3",
    "date": "1,440 dates were read in the column day. Example: 2025-10-24",
    "gap": "There is no record for 12 minutes.",
    "mask": "18 values that look like telephone numbers were masked.",
    "issue": "Cycle time: 1.9% empty",
    "hint": "They lie in the morning of 15 October. Please check the sheets of that day.",
    "issue2": "Pressure units seem mixed.",
    "hint2": "Please write the 12 rows given in bar as MPa.",
    "driver": "Defects are frequent where injection speed is 2.1~2.6.",
    "driver2": "Defects are frequent where mould − coolant temperature is above 152.",
    "leak": "Filled in only for defects (306 of 7,000 rows, all of them defects).",
    "label": "Two conditions change together with the defects.",
    "searched": "The first 400 rows were taken as usual and the rest compared with them.",
    "short": "Fewer than 30 rows hold values, so the usual behaviour cannot be told.",
    "states": {"ready": "ready", "nearly": "nearly", "no": "not yet"},
    "cell": "Equipment anomaly prediction",
    "missing": "three months of maintenance history",
    "process": "Die casting",
    "roles": ("time", "measured", "result", "group"),
    "concepts": ("Mould temperature", "Coolant flow", "Injection pressure"),
    "titles": ("mould_temp", "coolant_flow", "pressure"),
    "criteria": ("Completeness", "Validity", "Accuracy", "Consistency", "Usefulness", "Accessibility"),
    "band": "high for 52 min",
}


def a_readiness(language: str = "ko") -> tuple[ReadinessEntry, ...]:
    say = _KO if language == "ko" else _EN
    entries = []
    for stage in STAGES:
        for function in FUNCTIONS:
            code = f"{stage}-{function}"
            state = {"MFG-PRE": "ready", "MFG-AUT": "ready", "MFG-GEN": "nearly", "LOG-PRE": "nearly"}.get(
                code, "no"
            )
            missing = () if state == "ready" else (say["missing"],)
            entries.append(ReadinessEntry(code, state, missing, f"{say['cell']}", say["states"][state]))
    return tuple(entries)


def a_column(name: str = "금형온도", language: str = "ko", **given: object) -> ColumnEntry:
    say = _KO if language == "ko" else _EN
    column = ColumnEntry(
        name=name,
        role="signal",
        concept="mould_temperature",
        irdi=None,
        unit="Cel",
        confidence=0.94,
        stats=StatsEntry(count=21600, nulls=4, min=171.2, max=194.8, mean=182.31),
        role_text=say["roles"][1],
        concept_text=say["concepts"][0],
        unit_text="℃",
    )
    return replace(column, **given)


def a_quality(language: str = "ko") -> QualityEntry:
    say = _KO if language == "ko" else _EN
    names = ("completeness", "validity", "accuracy", "consistency", "usefulness", "accessibility")
    return QualityEntry(
        score=88.4,
        criteria=dict(zip(names, (98.1, 96.0, 88.2, 71.5, 57.0, None), strict=True)),
        issues=(
            IssueEntry("nulls", "completeness", "bad", say["issue"], say["hint"], "cycle", 410),
            IssueEntry("units", "consistency", "warn", say["issue2"], say["hint2"], None, 12),
        ),
        criteria_text=dict(zip(names, say["criteria"], strict=True)),
    )


def a_label(language: str = "ko") -> LabelEntry:
    say = _KO if language == "ko" else _EN
    return LabelEntry(
        column="passorfail",
        task="binary",
        base_rate=0.0437,
        metrics={"pr_auc": 0.997, "pr_auc_low": 0.991, "pr_auc_high": 0.999, "roc_auc": 0.999},
        metrics_without_leaks={
            "pr_auc": 0.7612,
            "pr_auc_low": 0.7011,
            "pr_auc_high": 0.8144,
            "roc_auc": 0.941,
            "roc_auc_low": 0.92,
            "roc_auc_high": 0.958,
        },
        leaks=(LeakEntry("tryshot_signal", say["leak"], "only-when-bad"),),
        drivers=(
            DriverEntry("사출속도", 0.31, "outside", 2.1, 2.6, None, 0.192, 0.031, 812, say["driver"]),
            DriverEntry(
                "금형온도 − 냉각수온도", 0.18, "higher", 152.0, None, None, 0.121, 0.034, 640, say["driver2"]
            ),
        ),
        positive="1",
        rows=7000,
        base_rate_without_leaks=0.0437,
        rows_without_leaks=6694,
        validation="time",
        text=say["label"],
    )


def a_time_table(language: str = "ko", **given: object) -> TableEntry:
    say = _KO if language == "ko" else _EN
    titles = say["titles"]
    first, later = START + timedelta(hours=5, minutes=3), START + timedelta(hours=5, minutes=55)
    table = TableEntry(
        name="Sheet1",
        kind="time_series",
        rows=21600,
        start=START.isoformat(),
        end=(START + timedelta(hours=6)).isoformat(),
        sampling_s=1.0,
        header_rows=(2, 3),
        columns=(
            a_column(
                "시각" if language == "ko" else "time",
                language,
                role="time",
                concept=None,
                concept_text=None,
                role_text=say["roles"][0],
                unit=None,
                unit_text=None,
                confidence=0.99,
                stats=StatsEntry(21600, 0, None, None, None),
            ),
            a_column(titles[0], language),
            a_column(titles[1], language, concept_text=say["concepts"][1], unit="L/min", unit_text="L/min"),
            a_column(titles[2], language, concept_text=say["concepts"][2], unit="MPa", unit_text="MPa"),
            a_column(
                "X_07", language, concept=None, concept_text=None, unit=None, unit_text=None, confidence=0.31
            ),
        ),
        steps=(
            StepEntry("header.merged", say["header"], True, "header.merged"),
            StepEntry("time.parsed", say["date"], True, "time.parsed:day"),
            StepEntry("personal.masked", say["mask"], False, "personal.masked"),
        ),
        quality=a_quality(language),
        anomalies=(
            AnomalyEntry(
                (START + timedelta(hours=2, minutes=17)).isoformat(),
                (START + timedelta(hours=2, minutes=29)).isoformat(),
                1.34,
                (ShareEntry(titles[1], 0.72, -0.9), ShareEntry(titles[2], 0.28, 0.4)),
                say["drift"],
                8220,
                8940,
            ),
            AnomalyEntry(
                first.isoformat(),
                later.isoformat(),
                2.81,
                (
                    ShareEntry(titles[1], 0.61, -3.6),
                    ShareEntry(titles[0], 0.27, 8.1),
                    ShareEntry("X_07", 0.12),
                ),
                say["anomaly"],
                18180,
                21300,
            ),
        ),
        label=None,
        readiness=a_readiness(language),
        process_model=ProcessEntry("injection", 0.82, say["process"], (titles[0], titles[1])),
        findings=(FindingEntry("time.gap", say["gap"], 720, None),),
        usual=(UsualEntry(titles[0], 178.0, 186.0),),
        axis="time",
        kind_text=say["series"],
        preview=(("2025-10-24 09:00:00", "182.1", "12.1", "71.0", "3"),),
        anomalies_text=say["searched"],
        reference_rows=((0, 399),),
    )
    return replace(table, **given)


def an_item_table(language: str = "ko", **given: object) -> TableEntry:
    say = _KO if language == "ko" else _EN
    table = a_time_table(language)
    return replace(
        table,
        name=say["shots"],
        kind="per_item",
        kind_text=say["kind"],
        rows=7000,
        start=None,
        end=None,
        sampling_s=None,
        axis="row",
        anomalies=(
            AnomalyEntry(None, None, 1.2, (ShareEntry("사출속도", 1.0, 0.3),), say["drift"], 411, 463),
        ),
        label=a_label(language),
        **given,
    )


def an_empty_table(language: str = "ko") -> TableEntry:
    say = _KO if language == "ko" else _EN
    return TableEntry(
        name=say["empty"],
        kind="other",
        rows=0,
        start=None,
        end=None,
        sampling_s=None,
        header_rows=(),
        columns=(),
        steps=(),
        quality=QualityEntry(0.0, {}, ()),
        anomalies=(),
        label=None,
        readiness=(),
        process_model=ProcessEntry(None, 0.0),
        anomalies_text=say["short"],
    )


def a_report(language: str = "ko", **given: object) -> ReportDocument:
    say = _KO if language == "ko" else _EN
    document = ReportDocument(
        source=SourceEntry(say["file"], "9f3c" * 16, 38_212_004, "xlsx"),
        tables=(a_time_table(language), an_item_table(language), an_empty_table(language)),
        next_actions=tuple(ActionEntry(f"a{index}", text) for index, text in enumerate(say["actions"])),
        language=language,
        made_at="2025-10-24T15:05:00+09:00",
        seconds=7.42,
        id="01JB2Q",
    )
    return replace(document, **given)


def hostile_report(text: str) -> ReportDocument:
    """A report whose names from the file are all `text`."""
    table = a_time_table()
    label = a_label()
    table = replace(
        table,
        name=text,
        columns=(a_column(text), a_column(text, concept_text=None)),
        anomalies=(AnomalyEntry(None, None, 2.0, (ShareEntry(text, 1.0, 0.1),), text, 4, 8, text),),
        label=replace(
            label,
            column=text,
            positive=text,
            leaks=(replace(label.leaks[0], column=text),),
            drivers=(replace(label.drivers[0], name=text, text=text),),
        ),
        findings=(replace(table.findings[0], column=text),),
        preview=((text, text),),
    )
    return a_report(tables=(table,), source=replace(a_report().source, name=text))


def a_chart(title: str = "금형온도", language: str = "ko", **given: object) -> Chart:
    say = _KO if language == "ko" else _EN
    chance = random.Random(7)
    seconds = [START.timestamp() + 18 * step for step in range(1200)]
    values = [
        math.nan
        if 500 <= step < 540
        else 182 + 1.6 * math.sin(step / 80) + chance.gauss(0, 0.4) + max(0, min(step - 1000, 100)) * 0.07
        for step in range(1200)
    ]
    chart = Chart(
        title=title,
        unit="℃",
        axis="time",
        x=tuple(seconds),
        y=tuple(values),
        usual=(178.0, 186.0),
        bands=(ChartBand(seconds[1010], seconds[1183], say["band"]),),
    )
    return replace(chart, **given)


def the_charts(language: str = "ko") -> dict[int, tuple[Chart, ...]]:
    say = _KO if language == "ko" else _EN
    row_chart = a_chart(
        "사출속도",
        language,
        unit="m/s",
        axis="row",
        x=tuple(float(row) for row in range(1, 1201)),
        bands=(ChartBand(412.0, 464.0, ""),),
        usual=(180.0, 184.0),
    )
    first, second, _ = say["titles"]
    return {
        0: (a_chart(first, language), a_chart(second, language, unit="L/min", usual=None)),
        1: (row_chart,),
    }
