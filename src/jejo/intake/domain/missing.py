"""Texts that stand for a missing value in a column of numbers, each with the reason it gives."""

import re
from typing import Final

_REASONS: Final = {
    "blank-mark": (
        "-",
        "–",
        "—",
        "--",
        "---",
        "－",
        "ㅡ",
        "_",
        ".",
        "..",
        "*",
        "?",
        "공란",
        "없음",
        "미입력",
        "x",
        "X",
        "해당없음",
        "해당 없음",
    ),
    "not-available": (
        "#N/A",
        "N/A",
        "n/a",
        "NA",
        "#NA",
        "#NULL!",
        "NULL",
        "null",
        "Null",
        "None",
        "none",
        "NONE",
        "nil",
        "<NA>",
        "#N/A N/A",
    ),
    "not-a-number": (
        "NaN",
        "nan",
        "NAN",
        "-nan",
        "-NaN",
        "1.#QNAN",
        "-1.#IND",
        "inf",
        "-inf",
        "Inf",
        "-Inf",
        "Infinity",
        "-Infinity",
        "∞",
    ),
    "sheet-error": (
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#####",
        "########",
        "#CALC!",
        "#SPILL!",
    ),
    "bad-quality": (
        "Bad",
        "bad",
        "BAD",
        "Bad Input",
        "Bad Quality",
        "Uncertain",
        "Questionable",
        "Configure",
        "Inp OutRange",
        "Out of Range",
        "OutRange",
        "Over Range",
        "Under Range",
        "Intf Shut",
        "Calc Failed",
        "Error",
        "error",
        "ERROR",
        "Err",
        "ERR",
        "불량신호",
        "에러",
        "오류",
        "센서이상",
        "이상",
    ),
    "no-signal": (
        "Scan Timeout",
        "I/O Timeout",
        "Scan Off",
        "Comm Fail",
        "Timeout",
        "timeout",
        "TIMEOUT",
        "Not Connect",
        "No Data",
        "NO DATA",
        "no data",
        "No_Data",
        "NoData",
        "No Sample",
        "Pt Created",
        "Shutdown",
        "Disconnected",
        "통신이상",
        "통신두절",
        "통신불량",
        "단선",
        "미수신",
        "결측",
        "데이터없음",
        "데이터 없음",
    ),
    "not-running": (
        "점검",
        "점검중",
        "점검 중",
        "비가동",
        "정지",
        "휴무",
        "휴일",
        "고장",
        "수리중",
        "수리",
        "청소",
        "세척",
        "교체",
        "Off",
        "OFF",
        "off",
        "Down",
        "DOWN",
        "Stop",
        "STOP",
        "stop",
        "대기",
        "미가동",
        "미측정",
        "측정불가",
        "식사",
        "교대",
    ),
}
REASON_OF: Final = {text: reason for reason, texts in _REASONS.items() for text in texts}
"""Marker text → reason; the reasons' names are texts `intake.reasons.<reason>`."""

ALWAYS: Final = tuple(_REASONS["not-available"] + _REASONS["sheet-error"])
"""Markers that are missing in a column of words too."""

NUMBERLESS: Final = re.compile(r"^[-–—.\s*_]+$")


def reason_of(text: str) -> str | None:
    """Return why a cell of a numeric column holds no number, or None for a text nobody agreed on.

    >>> reason_of("Scan Timeout"), reason_of("7호기")
    ('no-signal', None)
    """
    bare = text.strip()
    if bare in REASON_OF:
        return REASON_OF[bare]
    if NUMBERLESS.match(bare):
        return "blank-mark"
    return REASON_OF.get(bare.strip("[]()<>{} ").casefold().capitalize())
