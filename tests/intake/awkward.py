"""Awkward but realistic factory sheets with the known right answer: seeded, written to disk as people send them."""

import csv
import datetime as dt
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xlsxwriter

Cell = str | float | int | dt.datetime | None

PLANTS: tuple[tuple[str, Sequence[tuple[str, ...]]], ...] = (
    # Title, then columns: (group, name, unit, kind).
    (
        "사출성형 조건 일지",
        (
            ("", "일시", "", "time"),
            ("", "설비", "", "machine"),
            ("온도", "실린더1", "℃", "n180"),
            ("온도", "실린더2", "℃", "n190"),
            ("온도", "금형", "℃", "n60"),
            ("압력", "사출압", "bar", "n900"),
            ("압력", "보압", "bar", "n450"),
            ("", "사이클타임", "sec", "n35"),
            ("", "판정", "", "ok"),
        ),
    ),
    (
        "다이캐스팅 Shot 데이터",
        (
            ("", "등록일시", "", "time"),
            ("", "Shot No", "", "count"),
            ("속도", "저속", "m/s", "n1"),
            ("속도", "고속", "m/s", "n3"),
            ("", "주조압력", "kgf/cm2", "n330"),
            ("금형온도", "상형1", "℃", "n198"),
            ("금형온도", "하형1", "℃", "n234"),
            ("", "비스켓두께", "mm", "n35"),
            ("", "합부", "", "ok"),
        ),
    ),
    (
        "열처리로 온도 기록",
        (
            ("", "측정시각", "", "time"),
            ("1존", "설정", "℃", "n850"),
            ("1존", "실측", "℃", "n849"),
            ("2존", "설정", "℃", "n870"),
            ("2존", "실측", "℃", "n868"),
            ("3존", "설정", "℃", "n880"),
            ("3존", "실측", "℃", "n881"),
            ("", "CP값", "%", "n1"),
        ),
    ),
    (
        "프레스 생산일보",
        (
            ("", "일자", "", "day"),
            ("", "호기", "", "machine"),
            ("", "품번", "", "part"),
            ("수량", "계획", "EA", "n500"),
            ("수량", "양품", "EA", "n480"),
            ("수량", "불량", "EA", "n5"),
            ("", "가동시간", "min", "n440"),
            ("", "비고", "", "note"),
        ),
    ),
    (
        "CNC 가공 모니터링",
        (
            ("", "Timestamp", "", "time"),
            ("Spindle", "Speed", "rpm", "n3000"),
            ("Spindle", "Load", "%", "n45"),
            ("X축", "위치", "mm", "n120"),
            ("X축", "부하", "%", "n20"),
            ("Y축", "위치", "mm", "n80"),
            ("Y축", "부하", "%", "n22"),
            ("", "진동", "mm/s", "n2"),
        ),
    ),
    (
        "도장라인 점검표",
        (
            ("", "점검일시", "", "time"),
            ("", "도료LOT", "", "lot"),
            ("전처리", "온도", "℃", "n55"),
            ("전처리", "pH", "", "n9"),
            ("건조로", "온도", "℃", "n165"),
            ("건조로", "풍속", "m/s", "n2"),
            ("", "막두께", "㎛", "n60"),
            ("", "결과", "", "ok"),
        ),
    ),
    (
        "치수 검사 성적서",
        (
            ("", "검사일", "", "day"),
            ("", "LOT NO", "", "lot"),
            ("외경", "상", "mm", "n12"),
            ("외경", "하", "mm", "n12"),
            ("내경", "상", "mm", "n8"),
            ("내경", "하", "mm", "n8"),
            ("", "전장", "mm", "n55"),
            ("", "판정", "", "ok"),
        ),
    ),
    (
        "전력 사용량",
        (
            ("", "일시", "", "time"),
            ("", "유효전력", "kWh", "n120"),
            ("", "무효전력", "kVarh", "n30"),
            ("", "역률", "%", "n95"),
            ("전류", "R상", "A", "n210"),
            ("전류", "S상", "A", "n205"),
            ("전류", "T상", "A", "n208"),
        ),
    ),
    (
        "살균기 CCP 모니터링",
        (
            ("", "측정일시", "", "time"),
            ("", "제품명", "", "part"),
            ("살균", "온도", "℃", "n92"),
            ("살균", "시간", "초", "n30"),
            ("냉각", "온도", "℃", "n8"),
            ("", "적합여부", "", "ok"),
        ),
    ),
    (
        "용접 조건 데이터",
        (
            ("", "시간", "", "time"),
            ("", "용접기", "", "machine"),
            ("", "전류", "A", "n180"),
            ("", "전압", "V", "n22"),
            ("", "와이어속도", "m/min", "n8"),
            ("", "가스유량", "L/min", "n15"),
            ("", "양불", "", "ok"),
        ),
    ),
    (
        "압출기 운전 기록",
        (
            ("", "Date/Time", "", "time"),
            ("Barrel Temp", "Z1", "℃", "n170"),
            ("Barrel Temp", "Z2", "℃", "n180"),
            ("Barrel Temp", "Z3", "℃", "n185"),
            ("", "Screw RPM", "rpm", "n60"),
            ("", "수지압", "MPa", "n12"),
            ("", "토출량", "kg/h", "n110"),
        ),
    ),
    (
        "설비 진동 측정",
        (
            ("", "측정일자", "", "day"),
            ("", "설비번호", "", "machine"),
            ("모터측", "H", "mm/s", "n2"),
            ("모터측", "V", "mm/s", "n2"),
            ("부하측", "H", "mm/s", "n3"),
            ("부하측", "V", "mm/s", "n3"),
            ("", "베어링온도", "℃", "n48"),
        ),
    ),
)

HEADS = ("one", "merged", "blanks", "three", "units", "newline", "bracket", "none")
TOPS = ("", "title", "title+gap", "form", "far")
TAILS = ("", "total", "note", "total+note", "again", "gaps")
FILES = ("xlsx", "csv-cp949", "csv-utf8", "tsv", "semicolon", "bar")


@dataclass(frozen=True)
class Awkward:
    """A written sheet with its right answer."""

    name: str
    file: str
    rows: list[list[Cell]]
    names: tuple[str, ...]
    header_rows: tuple[int, ...]
    values: int
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)

    def write(self, folder: Path) -> Path:
        """Write the sheet as its kind of file."""
        if self.file == "xlsx":
            return self._workbook(folder / f"{self.name}.xlsx")
        delimiter = {"tsv": "\t", "semicolon": ";", "bar": "|"}.get(self.file, ",")
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
            [_written(cell, comma=self.file == "semicolon") for cell in row] for row in self.rows
        )
        path = folder / f"{self.name}.{'txt' if self.file in ('tsv', 'bar') else 'csv'}"
        path.write_bytes(text.getvalue().encode("cp949" if self.file == "csv-cp949" else "utf-8-sig"))
        return path

    def _workbook(self, path: Path) -> Path:
        with xlsxwriter.Workbook(path, {"remove_timezone": True}) as book:
            sheet = book.add_worksheet("데이터")
            stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
            for number, row in enumerate(self.rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(number, column, cell, stamp)
                    elif cell is not None:
                        sheet.write(number, column, cell)
            for top, left, bottom, right in self.merges:
                value = self.rows[top][left]
                sheet.merge_range(top, left, bottom, right, value)
        return path


def _written(cell: Cell, *, comma: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d}" if not cell.hour and not cell.minute else f"{cell:%Y-%m-%d %H:%M}"
    return str(cell).replace(".", ",") if comma and isinstance(cell, float) else str(cell)


def awkward_sheets(count: int = 96, seed: int = 8424) -> list[Awkward]:
    """Return that many different sheets, always the same ones for the same seed."""
    chance = random.Random(seed)
    return [_sheet(number, chance) for number in range(count)]


def _sheet(number: int, chance: random.Random) -> Awkward:
    title, columns = PLANTS[number % len(PLANTS)]
    head = HEADS[(number // 2) % len(HEADS)]
    if not any(group for group, _, _, _ in columns) and head in ("merged", "blanks", "three"):
        head = "units"
    top = TOPS[chance.randrange(len(TOPS))]
    tail = TAILS[chance.randrange(len(TAILS))]
    file = FILES[number % len(FILES)]
    left = 1 if chance.random() < 0.2 else 0
    if head == "none":
        top, tail = "", "" if tail == "again" else tail
    rows: list[list[Cell]] = _top(top, title, len(columns), chance)
    merges = [(0, left, 0, left + len(columns) - 1)] if top.startswith("title") and file == "xlsx" else []
    start = len(rows)
    header, names, inside = _header(head, columns, file)
    rows += header
    merges += [(start + a, left + b, start + c, left + d) for a, b, c, d in inside]
    body = _body(columns, chance.randint(12, 40), chance)
    rows += _tailed(body, tail, header, columns, chance)
    rows = [[None] * left + row for row in rows]
    return Awkward(
        f"{number:03d}-{head}-{top or 'bare'}-{tail or 'clean'}-{file}",
        file,
        rows,
        names,
        tuple(range(start, start + len(header))),
        len(body),
        merges,
    )


def _top(top: str, title: str, width: int, chance: random.Random) -> list[list[Cell]]:
    blank: list[Cell] = [None] * width
    line: list[Cell] = [title, *[None] * (width - 1)]
    form: list[Cell] = ["작성자", "생산1팀", None, "작성일", "2025-10-24", *[None] * (width - 5)]
    return {
        "": [],
        "title": [line],
        "title+gap": [line, blank],
        "form": [line, form, blank],
        "far": [
            [f"㈜한빛정밀 {title}", *blank[1:]],
            ["출력일시: 2025-10-24 08:00", *blank[1:]],
            ["조회기간 : 2025-10-01 ~ 2025-10-24", *blank[1:]],
            blank,
            blank,
        ],
    }[top]


def _header(
    head: str, columns: Sequence[tuple[str, ...]], file: str
) -> tuple[list[list[Cell]], tuple[str, ...], list[tuple[int, int, int, int]]]:
    full = [f"{group} › {name}" if group else name for group, name, _, _ in columns]
    flat: list[Cell] = [f"{group}{name}" if group else name for group, name, _, _ in columns]
    units = [unit for _, _, unit, _ in columns]
    with_units = tuple(f"{name} ({unit})" if unit else name for name, unit in zip(full, units, strict=True))
    groups: list[Cell] = [group or None for group, _, _, _ in columns]
    once: list[Cell] = [g if g != (groups[i - 1] if i else None) else None for i, g in enumerate(groups)]
    if head == "one":
        return [flat], tuple(map(str, flat)), []
    if head == "bracket":
        named = tuple(
            f"{name} ({unit})" if unit else str(name) for name, unit in zip(flat, units, strict=True)
        )
        return [list(named)], named, []
    if head == "newline":
        named = tuple(
            f"{name} ({unit})" if unit else str(name) for name, unit in zip(flat, units, strict=True)
        )
        return [[each.replace(" (", "\n(") for each in named]], named, []
    if head == "units":
        named = tuple(
            f"{name} ({unit})" if unit else str(name) for name, unit in zip(flat, units, strict=True)
        )
        return [flat, [f"({unit})" if unit else None for unit in units]], named, []
    if head == "none":
        return [], tuple(f"열{place}" for place in range(1, len(columns) + 1)), []
    # Two rows: a group over its columns; a column without group stands in the upper row, merged downwards.
    upper: list[Cell] = [once[i] if group else name for i, (group, name, _, _) in enumerate(columns)]
    lower: list[Cell] = [name if group else None for group, name, _, _ in columns]
    merges: list[tuple[int, int, int, int]] = []
    if head in ("merged", "three") and file == "xlsx":
        for i, (group, _, _, _) in enumerate(columns):
            if not group:
                merges.append((0, i, 1, i))
            elif once[i]:
                last = max(
                    j for j in range(i, len(columns)) if all(columns[k][0] == group for k in range(i, j + 1))
                )
                if last > i:
                    merges.append((0, i, 0, last))
    if head == "three":
        third: list[Cell] = [unit or None for unit in units]
        return [upper, lower, third], with_units, merges
    return [upper, lower], tuple(full), merges


def _body(columns: Sequence[tuple[str, ...]], count: int, chance: random.Random) -> list[list[Cell]]:
    start = dt.datetime(2025, 10, chance.randint(1, 20), chance.randint(0, 12), 0, tzinfo=dt.UTC)
    return [[_value(kind, number, start, chance) for _, _, _, kind in columns] for number in range(count)]


def _value(kind: str, number: int, start: dt.datetime, chance: random.Random) -> Cell:
    if kind == "time":
        return start + dt.timedelta(minutes=10 * number + 1)
    if kind == "day":
        return dt.datetime(2025, 9, 1, tzinfo=dt.UTC) + dt.timedelta(days=number)
    if kind == "machine":
        return f"{number % 3 + 1}호기"
    if kind == "count":
        return 1001 + number
    if kind == "part":
        return chance.choice(("하우징-A", "커버-B", "브라켓-C"))
    if kind == "lot":
        return f"L2510{number:03d}"
    if kind == "ok":
        return "NG" if chance.random() < 0.1 else "OK"
    if kind == "note":
        return chance.choice((None, None, None, "금형 교체", "소재 부족"))
    if chance.random() < 0.04:
        return chance.choice((None, "-", "점검"))
    middle = float(kind[1:])
    return round(chance.gauss(middle, middle * 0.02 + 0.05), 2)


def _tailed(
    body: list[list[Cell]],
    tail: str,
    header: list[list[Cell]],
    columns: Sequence[tuple[str, ...]],
    chance: random.Random,
) -> list[list[Cell]]:
    width = len(columns)
    blank: list[Cell] = [None] * width
    numbers = [i for i, each in enumerate(columns) if each[3].startswith("n") and each[3] != "note"]
    rows = [list(row) for row in body]
    if "total" in tail:
        sums: list[Cell] = [chance.choice(("합계", "평균", "합 계")), *[None] * (width - 1)]
        for i in numbers:
            told = [row[i] for row in body if isinstance(row[i], float)]
            sums[i] = round(sum(told), 2)  # type: ignore[arg-type]
        rows.append(sums)
    if "note" in tail:
        rows += [
            blank,
            ["※ 점검 중 데이터는 제외함", *[None] * (width - 1)],
            ["담당: 품질관리팀", *[None] * (width - 1)],
        ]
    if tail == "again" and header:
        middle = len(rows) // 2
        rows = [*rows[:middle], *header, *rows[middle:]]
    if tail == "gaps":
        middle = len(rows) // 2
        rows = [*rows[:middle], blank, blank, *rows[middle:]]
    return rows
