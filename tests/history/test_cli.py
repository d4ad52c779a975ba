"""`jejo history export` and `compact`."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from history.building import MINE, at, some_readings
from history.in_memory import LogInMemory, TablesInMemory
from jejo.history.cli import commands
from jejo.history.service import HistoryService
from jejo.kernel.errors import Problem


@pytest.fixture
def history() -> HistoryService:
    history = HistoryService(LogInMemory(), TablesInMemory(), lambda: at(60))
    history.append(MINE, "edge", 0, some_readings())
    return history


def run(history: HistoryService, *arguments: str) -> Result:
    return CliRunner().invoke(commands(lambda: history, lambda: MINE), list(arguments))


@pytest.mark.parametrize(("name", "reader"), [("r.parquet", pl.read_parquet), ("r.CSV", pl.read_csv)])
def test_readings_are_exported_by_the_files_ending(
    history: HistoryService, tmp_path: Path, name: str, reader
) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / name
    done = run(history, "export", "temperature", "--from", "2026-03-01", "--out", str(out), "--json")
    assert json.loads(done.stdout) == {"readings": 3, "file": str(out)}
    assert reader(out)["value"].to_list() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("name", "code"), [("there.csv", "history.file-exists"), ("r.xlsx", "history.unknown-format")]
)
def test_an_export_overwrites_nothing_and_knows_its_formats(
    history: HistoryService, tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "there.csv").write_text("kept")
    refused = run(
        history, "export", "temperature", "--from", "2026-03-01", "--out", str(tmp_path / name)
    ).exception
    assert isinstance(refused, Problem)
    assert refused.code == code
    assert (tmp_path / "there.csv").read_text() == "kept"


def test_compacting_says_how_much(history: HistoryService) -> None:
    assert "3" in run(history, "compact").stdout
    assert json.loads(run(history, "compact", "--json").stdout) == {
        "batches": 0,
        "readings": 0,
        "is_elsewhere": False,
        "days": 0,
    }
