"""Whether any input makes a parser fail: `python bench/fuzz.py [N] [TARGET …]`, N inputs for each target.

A crash is every exception that is no `Problem`. Prints inputs per second and crashes; ends with 1 on a crash.
"""

import io
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import xlsxwriter

from jejo.history.domain.readings import checked
from jejo.intake.domain.dates import Context, read_times
from jejo.intake.domain.delimiters import delimiter_of
from jejo.intake.domain.encoding import decode
from jejo.intake.domain.header import find_layout
from jejo.intake.domain.limits import Limits
from jejo.intake.domain.meaning import meanings
from jejo.intake.domain.raw import Merge
from jejo.intake.domain.sniffing import format_of
from jejo.intake.domain.values import read_values
from jejo.intake.readers.delimited import plugin as delimited
from jejo.intake.readers.excel import plugin as excel
from jejo.intake.readers.json_lines import plugin as json_lines
from jejo.intake.readers.parquet import plugin as parquet
from jejo.kernel.errors import Problem
from jejo.kernel.texts import LANGUAGES, texts
from jejo.knowledge.service import KnowledgeService

NOW = datetime(2025, 12, 1, tzinfo=UTC)
KNOWLEDGE = KnowledgeService()
PLACE = Path(tempfile.mkdtemp(prefix="jejo-fuzz-")) / "x"
PIECES = (
    *(
        "온도",
        "일시",
        "판정",
        "압력 (MPa)",
        "OK",
        "NG",
        "-",
        "〃",
        '"',
        "''",
        "합계",
        "(℃)",
        "㎜",
        "1,234",
        "(5)",
        "△3",
        "12,5",
    ),
    *(
        "2025-10-24 15:05",
        "10/24",
        "24:00",
        "오후 3:05",
        "20251024",
        "20251024150509",
        "25.10.24",
        "45954.5",
        "24-Oct-25",
    ),
    *(
        "1e999",
        "-1e400",
        "NaN",
        "inf",
        "１２",
        "박진우",
        "010-1234-5678",
        "9" * 40,
        "00",
        "〃 15:00",
        "2월 30일",
        "99999-01-01",
    ),
    *(
        "",
        " ",
        "\t",
        ",",
        ";",
        "|",
        "\n",
        "\r",
        "\0",
        "\ufeff",
        "\u202e",
        "\u200b",
        "퟿",
        "😀",
        "{",
        "}",
        "[",
        "]",
        ":",
        "=1+1",
        "%",
        "$",
        "\\",
    ),
)
SEEDS = (
    "일시,온도\n2025-10-24 15:05,182.4\n2025-10-24 15:06,182.9\n" * 3,
    '{"t":"2025-10-24","v":1.5,"w":{"x":[1]}}\n' * 3,
)


def words(chance: random.Random, most: int = 4) -> str:
    """Return a text of a few telling pieces and some characters from anywhere."""
    parts = [chance.choice(PIECES) for _ in range(chance.randint(0, most))]
    if chance.random() < 0.3:
        parts.append(
            "".join(
                chr(chance.choice((chance.randrange(0xD800), chance.randrange(0xE000, 0x110000))))
                for _ in range(3)
            )
        )
    return "".join(parts)


def noise(chance: random.Random, content: bytes) -> bytes:
    """Return bytes with a few of them changed, cut, doubled or put in."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(changed) + 1)
        act = chance.randrange(4)
        if act == 0 and place < len(changed):
            changed[place] = chance.randrange(256)
        elif act == 1:
            del changed[place : place + chance.randint(1, 20)]
        elif act == 2:
            changed[place:place] = changed[place : place + chance.randint(1, 40)]
        else:
            changed[place:place] = chance.randbytes(chance.randint(1, 6))
    return bytes(changed)


def text_of(chance: random.Random) -> bytes:
    """Return the bytes of a text file, in one of the encodings, often damaged."""
    text = chance.choice(
        (*SEEDS, "".join(words(chance) + chance.choice(",;\t\n|") for _ in range(chance.randint(1, 30))))
    )
    content = text.encode(
        chance.choice(("utf-8", "cp949", "utf-16", "utf-16-le", "utf-8-sig", "utf-32")), "replace"
    )
    return noise(chance, content) if chance.random() < 0.7 else content


def column_of(chance: random.Random) -> pl.Series:
    """Return a column of texts as bodies have them: trimmed, null for blank."""
    some = [words(chance, 2).strip() or None for _ in range(chance.randint(1, 6))]
    return pl.Series(words(chance, 1), [chance.choice(some) for _ in range(chance.randint(1, 30))], pl.String)


def encodings(chance: random.Random) -> None:
    """Any bytes become text or a refusal."""
    decode(text_of(chance) if chance.random() < 0.8 else chance.randbytes(chance.randint(0, 300)))


def delimiters(chance: random.Random) -> None:
    """Any text has a delimiter and is parsed."""
    delimiter_of(words(chance, 40))
    PLACE.write_bytes(text_of(chance))
    delimited.read(PLACE, Limits())


def headers(chance: random.Random) -> None:
    """Any grid with any merged ranges has a layout or none."""
    width = chance.randint(1, 7)
    rows = [[words(chance, 1).strip() or None for _ in range(width)] for _ in range(chance.randint(1, 12))]
    far = [sorted((chance.randrange(15), chance.randrange(15))) for _ in range(8)]
    find_layout(
        rows,
        [
            Merge(down[0], right[0], down[1], right[1])
            for down, right in zip(far[::2], far[1::2], strict=True)
        ],
    )


def dates(chance: random.Random) -> None:
    """Any column is one of times or not."""
    read_times(column_of(chance), Context(chance.choice((None, 2024)), NOW), forced=chance.random() < 0.3)


def numbers(chance: random.Random) -> None:
    """Any column is one of numbers or of words."""
    read_values(column_of(chance), decimal_comma=chance.random() < 0.5, without=())


def json_text(chance: random.Random) -> None:
    """Any text is read as JSON lines or refused."""
    PLACE.write_bytes(noise(chance, SEEDS[1].encode()) if chance.random() < 0.7 else text_of(chance))
    json_lines.read(PLACE, Limits())


def _book() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("데이터")
        sheet.merge_range(0, 0, 0, 1, "온도")
        for row in range(1, 6):
            sheet.write_row(row, 0, [row * 1.5, "OK", f"=A{row}"])
    return buffer.getvalue()


def _columns() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame(
        {"t": [1, 2, 3], "v": [1.5, None, 2.0], "w": ["a", "b", None], "n": [[1], [], None]}
    ).write_parquet(buffer)
    return buffer.getvalue()


BOOK, COLUMNS = _book(), _columns()


def archives(chance: random.Random) -> None:
    """Any bytes have a format or are refused, above all damaged archives."""
    PLACE.write_bytes(noise(chance, BOOK) if chance.random() < 0.8 else b"PK\x03\x04" + chance.randbytes(100))
    format_of(PLACE, Limits())


def workbooks(chance: random.Random) -> None:
    """Damaged workbooks are read or refused."""
    PLACE.write_bytes(noise(chance, BOOK))
    excel.read(PLACE, Limits(cells=1_000_000))


def parquets(chance: random.Random) -> None:
    """Damaged Parquet files are recognised and read, or refused."""
    PLACE.write_bytes(noise(chance, COLUMNS))
    if format_of(PLACE, Limits()) == "parquet":
        parquet.read(PLACE, Limits(cells=1_000_000))


def meaning(chance: random.Random) -> None:
    """Any names of columns mean something or nothing."""
    names = dict.fromkeys(words(chance, 3) for _ in range(chance.randint(1, 4)))
    kinds = ([1.5, None, 2.0], ["a", "박진우", None], [1, 2, 3])
    meanings(pl.DataFrame({name: chance.choice(kinds) for name in names}), KNOWLEDGE, time=None, label=None)


def wording(chance: random.Random) -> None:
    """Any fact is shown in both languages."""
    facts: list[Callable[[], object]] = [
        lambda: words(chance),
        lambda: chance.choice((1, -1)) * 10 ** chance.randrange(400),
        lambda: chance.choice(
            (float("nan"), float("inf"), float("-inf"), 5e-324, 1e308, -0.0, chance.uniform(-1e9, 1e9))
        ),
        lambda: datetime(
            chance.choice((1, 1900, 2025, 9999)), 12, 31, 23, 59, tzinfo=chance.choice((UTC, None))
        ),
        lambda: date(chance.randint(1, 9999), 1, 1),
        lambda: timedelta(seconds=chance.uniform(-1e9, 1e9)),
        lambda: [words(chance), None, 1.5],
    ]
    fact = chance.choice(facts)()
    for language in LANGUAGES:
        texts(language).show(fact)
        texts(language).text("intake.errors.empty.message", name=fact)


def readings(chance: random.Random) -> None:
    """Any frame is readings or is refused."""
    columns: dict[str, pl.Series] = {}
    for name in ("signal", "time", "value", "quality", words(chance, 1)):
        kind = chance.choice(
            (
                pl.String,
                pl.Float64,
                pl.Int64,
                pl.Datetime("us", "UTC"),
                pl.Datetime("ns", "UTC"),
                pl.Datetime("ms"),
                pl.Null,
                pl.Boolean,
                pl.Categorical,
                pl.UInt8,
            )
        )
        values: list[object] = [
            None if chance.random() < 0.2 else chance.randint(-(2**62), 2**62) for _ in range(3)
        ]
        if chance.random() < 0.5:
            kind = {
                "signal": pl.String,
                "time": pl.Datetime("us", "UTC"),
                "value": pl.Float64,
                "quality": pl.Int64,
            }.get(name, kind)
        if chance.random() < 0.9:
            columns[name] = (
                pl.Series(name, values, pl.Int64)
                .cast(pl.String if kind == pl.Categorical else kind, strict=False)
                .cast(kind)
            )
    checked(pl.DataFrame(columns))


TARGETS = (
    encodings,
    delimiters,
    headers,
    dates,
    numbers,
    json_text,
    archives,
    workbooks,
    parquets,
    meaning,
    wording,
    readings,
)


def tried(target: Callable[[random.Random], None], count: int) -> dict[str, int]:
    """Return the crashes of a target by where they happened."""
    crashes: dict[str, int] = {}
    for number in range(count):
        # One seed per input: a crash is found again by its number alone.
        try:
            target(random.Random(number))
        except Problem:
            continue
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as crash:  # noqa: BLE001 - a panic of a compiled part is no Exception
            last = traceback.extract_tb(crash.__traceback__)[-1]
            place = f"{type(crash).__name__} in {last.name}:{last.lineno}: {str(crash)[:90]!r}"
            if place not in crashes:
                print(f"  input {number}: {place}", flush=True)
            crashes[place] = crashes.get(place, 0) + 1
    return crashes


def main(arguments: list[str]) -> int:
    """Return 1 when something crashed."""
    warnings.simplefilter("ignore")
    count = int(arguments[0]) if arguments else 2_000
    failed = False
    for target in TARGETS:
        if arguments[1:] and target.__name__ not in arguments[1:]:
            continue
        begun = time.perf_counter()
        crashes = tried(target, count)
        spent = time.perf_counter() - begun
        failed |= bool(crashes)
        print(
            f"{target.__name__:12} {count:>8,} inputs {count / spent:>8,.0f}/s  crashes {sum(crashes.values())}",
            flush=True,
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
