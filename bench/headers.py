"""How well headers are understood, against the hand-checked key: `python bench/headers.py [--wrong] [SET…]`."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from jejo.intake.domain.meaning import meanings
from jejo.knowledge.service import KnowledgeService

KEY = Path(__file__).resolve().parents[1] / "tests" / "intake" / "header_key.csv"
WRITTEN = {"heldout", "elsewhere", "trial"}
TYPES = {"number": pl.Float64, "text": pl.String, "time": pl.Datetime("us", "UTC")}


@dataclass(frozen=True, slots=True)
class Judged:
    """One header: what it may mean (`None`: nothing of the table), and what it was taken for."""

    group: str
    header: str
    accepted: frozenset[str | None]
    given: str | None
    confidence: float

    @property
    def is_right(self) -> bool:
        return self.given in self.accepted

    @property
    def has_concept(self) -> bool:
        return None not in self.accepted

    @property
    def is_false_accept(self) -> bool:
        return self.given is not None and not self.is_right


def judge(key: Path = KEY) -> Iterator[Judged]:
    """Yield every header of the key, judged by header, type and listed values alone."""
    knowledge = KnowledgeService()
    with key.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            values = row["values"].split("|") * 10 if row["values"] else []
            frame = pl.DataFrame({row["header"]: pl.Series(values, dtype=TYPES[row["type"]])})
            meaning = meanings(frame, knowledge)[0]
            accepted = frozenset(None if each in {"", "-"} else each for each in row["concept"].split("|"))
            yield Judged(row["set"], row["header"], accepted, meaning.concept, meaning.confidence)


def main(arguments: list[str]) -> None:
    chosen = [name for name in arguments if not name.startswith("-")]
    judged = [each for each in judge() if not chosen or each.group in chosen]
    if "--wrong" in arguments:
        for each in judged:
            if not each.is_right:
                print(
                    f"{each.group:24} {each.header:44} {each.given!s:26} not {sorted(map(str, each.accepted))}"
                )
    print(f"{'set':24} {'headers':>8} {'concept':>8} {'top-1':>8} {'false accepts':>14}")
    groups: dict[str, list[Judged]] = {group: [] for group in Counter(each.group for each in judged)}
    for each in judged:
        groups[each.group].append(each)
    shared = [each for each in judged if each.group not in WRITTEN]
    for name, members in {**groups, "shared": shared, "all": judged}.items():
        meant = [each for each in members if each.has_concept]
        right = sum(each.is_right for each in meant) / len(meant) if meant else 1.0
        false = sum(each.is_false_accept for each in members) / len(members) if members else 0.0
        print(f"{name:24} {len(members):8} {len(meant):8} {right:8.1%} {false:14.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
