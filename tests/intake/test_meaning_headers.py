"""Headers against the hand-checked key: top-1 and false accepts, by headers alone and with the real values."""

import csv
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from jejo.intake.domain.meaning import meanings
from jejo.knowledge.service import KnowledgeService
from real_data import real_data

KEY = Path(__file__).with_name("header_key.csv")
TYPES = {"number": pl.Float64, "text": pl.String, "time": pl.Datetime("us", "UTC")}
WRITTEN = {"heldout", "elsewhere", "trial"}
KNOWLEDGE = KnowledgeService()


@dataclass(frozen=True)
class Row:
    """A header of the key; `None` among the accepted: nothing of the concept table is right too, or alone."""

    group: str
    header: str
    accepted: frozenset[str | None]
    type: str
    values: list[str]

    def given_alone(self) -> str | None:
        column = pl.Series(self.header, self.values * 10, dtype=TYPES[self.type])
        return meanings(pl.DataFrame([column]), KNOWLEDGE)[0].concept


def read_key() -> list[Row]:
    with KEY.open(encoding="utf-8") as file:
        return [
            Row(
                row["set"],
                row["header"],
                frozenset(None if each in {"", "-"} else each for each in row["concept"].split("|")),
                row["type"],
                row["values"].split("|") if row["values"] else [],
            )
            for row in csv.DictReader(file)
        ]


ROWS = read_key()


def figures(judged: list[tuple[Row, str | None]]) -> tuple[float, float, list[str]]:
    """Return top-1 over headers with a concept, false accepts over all, and what went wrong."""
    meant = [(row, given) for row, given in judged if None not in row.accepted]
    right = sum(given in row.accepted for row, given in meant)
    wrong = [f"{row.group}: {row.header} → {given}" for row, given in judged if given not in row.accepted]
    false = sum(given is not None and given not in row.accepted for row, given in judged)
    sys.stdout.write(
        f"{len(judged)} headers, {len(meant)} with a concept, "
        f"top-1 {right / len(meant):.1%}, false accepts {false / len(judged):.1%}\n"
    )
    return right / len(meant), false / len(judged), wrong


def test_the_key_names_only_concepts_that_exist():
    known = {concept.id for concept in KNOWLEDGE.concepts()} | {None}
    assert [row for row in ROWS if not row.accepted <= known] == []
    assert len([row for row in ROWS if row.group in WRITTEN]) >= 80


@pytest.mark.parametrize(
    "groups", [WRITTEN, {row.group for row in ROWS} - WRITTEN], ids=["written", "shared"]
)
def test_headers_alone(groups):
    top, false, wrong = figures([(row, row.given_alone()) for row in ROWS if row.group in groups])
    assert top >= 0.9, wrong
    assert false <= 0.02, wrong


@pytest.mark.realdata
def test_headers_with_their_real_values():
    """Every column of every real table whose header is in the key; Korean labels of a card are not columns."""
    accepted: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in ROWS:
        accepted[row.group][row.header] = row
    judged = []
    for path in sorted(real_data("README.md").parent.glob("*/*.parquet")):
        frame = pl.read_parquet(path)
        frame = frame.with_columns(pl.selectors.numeric().cast(pl.Float64))
        rows = accepted[path.parent.name]
        found = zip(frame.columns, meanings(frame, KNOWLEDGE), strict=True)
        judged += [(rows[name], meaning.concept) for name, meaning in found if name in rows]
    top, false, wrong = figures(judged)
    assert top >= 0.9, wrong
    assert false <= 0.02, wrong


@pytest.mark.realdata
def test_the_key_has_every_header_of_the_real_tables_save_anonymous_ones():
    known = {row.header for row in ROWS}
    anonymous = r"^(f|s|op|tag|lb_|ub_|bks_)\d+$|^XM(EAS|V)\(\d+\)$"
    for path in sorted(real_data("README.md").parent.glob("*/*.parquet")):
        names = pl.Series(pl.read_parquet_schema(path).keys(), dtype=pl.String)
        assert set(names.filter(~names.str.contains(anonymous))) <= known, path.name
