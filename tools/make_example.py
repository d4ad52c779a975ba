"""Makes the example workbook that newcomers try: a simulated injection-moulding log, awkward like a real one.

The mould warms and cools with the hall over the day, and shots above 183 °C are more and more often short of
shape. In the afternoon of the second day a cooling valve sticks: flow falls first, mould temperature follows. Written by `python tools/make_example.py`; the result is committed.
"""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import xlsxwriter

TARGET = Path(__file__).parents[1] / "src/jejo/onboarding/data/example_injection_simulated.xlsx"
SHOTS = 2400
CYCLE = timedelta(seconds=72)
START = datetime(2025, 10, 23, 8, 0)  # noqa: DTZ001  # a wall clock, as factories write it
FAULT = slice(1500, 1740)
WORKERS = ("박정우", "김현수", "이서연")


def simulated(random: np.random.Generator) -> dict[str, np.ndarray]:
    """Return one value per shot and column; first-order cooling makes the mould lag behind the flow."""
    flow = 12.1 + 0.15 * np.sin(np.arange(SHOTS) / 90) + random.normal(0, 0.08, SHOTS)
    flow[FAULT] -= 3.6 * (1 - np.exp(-np.arange(FAULT.stop - FAULT.start) / 25))
    hall = 2.4 * np.sin(2 * np.pi * (np.arange(SHOTS) * (CYCLE / timedelta(days=1)) - 0.05))
    mould = np.empty(SHOTS)
    mould[0] = 181.5
    for shot in range(1, SHOTS):
        target = 181.5 + hall[shot] + 1.7 * (12.1 - flow[shot])
        mould[shot] = mould[shot - 1] + 0.06 * (target - mould[shot - 1])
    mould += random.normal(0, 0.35, SHOTS)
    barrel = 221 + random.normal(0, 0.6, SHOTS)
    pressure = 71.5 + 0.12 * (barrel - 221) + random.normal(0, 0.5, SHOTS)
    cycle = 38.4 + 0.15 * (mould - 181.5) + random.normal(0, 0.25, SHOTS)
    logit = -5.0 + 2.6 * np.maximum(mould - 182.2, 0) + 0.8 * np.maximum(70.4 - pressure, 0)
    defect = random.random(SHOTS) < 1 / (1 + np.exp(-logit))
    return {
        "mould": mould,
        "barrel": barrel,
        "pressure": pressure,
        "flow": flow,
        "cycle": cycle,
        "defect": defect,
    }


def write(target: Path = TARGET, seed: int = 24) -> None:
    """Write the workbook: title row, merged two-row header, mixed blanks, a worker column, a totals row."""
    random = np.random.default_rng(seed)
    values = simulated(random)
    target.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(target, {"constant_memory": False}) as book:
        # A fixed date keeps the file the same however often it is made.
        book.set_properties({"title": "예시(가상 데이터)", "created": START})
        bold = book.add_format({"bold": True, "align": "center", "bg_color": "#e7f1fb", "border": 1})
        sheet = book.add_worksheet("10월")
        sheet.merge_range(
            "A1:I1", "사출 3호기 생산일지 (가상 데이터)", book.add_format({"bold": True, "font_size": 14})
        )
        for column, name in (
            (0, "일시"),
            (1, "품번"),
            (4, "사출압력(MPa)"),
            (5, "냉각수 유량(L/min)"),
            (6, "사이클타임(s)"),
        ):
            sheet.merge_range(1, column, 2, column, name, bold)
        sheet.merge_range(1, 2, 1, 3, "온도(℃)", bold)
        sheet.write(2, 2, "금형", bold)
        sheet.write(2, 3, "실린더", bold)
        sheet.merge_range(1, 7, 2, 7, "판정", bold)
        sheet.merge_range(1, 8, 2, 8, "작업자", bold)
        for shot in range(SHOTS):
            moment = START + shot * CYCLE
            half = "오전" if moment.hour < 12 else "오후"
            row = [
                f"{moment.year}년 {moment.month}월 {moment.day}일 {half} {moment.hour % 12 or 12}:{moment.minute:02d}:{moment.second:02d}",
                "M-214" if shot < 1000 else "M-220",
                round(float(values["mould"][shot]), 1),
                round(float(values["barrel"][shot]), 1),
                round(float(values["pressure"][shot]), 2),
                round(float(values["flow"][shot]), 2),
                round(float(values["cycle"][shot]), 1),
                "NG" if values["defect"][shot] else "OK",
                WORKERS[shot // 400 % 3],
            ]
            if random.random() < 0.004:
                row[2] = "-"
            sheet.write_row(3 + shot, 0, row)
        sheet.write_row(3 + SHOTS, 0, ["합계", "", "", "", "", "", "", int(values["defect"].sum())])
        sheet.set_column(0, 0, 28)


if __name__ == "__main__":
    write()
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
