import shutil
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from history.building import MINE
from jejo.kernel.clock import utc_now
from jejo.kernel.settings import Settings
from jejo.kernel.texts import LANGUAGES, texts
from jejo.upkeep.cli import _next, _told
from jejo.upkeep.doctor import MOST_WAITING, Finding, examine
from upkeep.homes import a_house, batch, close


@pytest.fixture
def home(tmp_path):
    house = a_house(tmp_path / "home")
    for number in range(3):
        house.history.append(MINE, "press", number, batch(number))
    house.history.compact(MINE)
    assert house.engine
    close(house)
    return tmp_path / "home"


def found(home: Path, **given) -> dict[str, Finding]:
    settings = Settings(home=str(home), **{"port": 0, **given.pop("settings", {})})
    looked = examine(
        settings, given.get("clock", utc_now), given.get("waiting", lambda _: 0), *given.get("assets", ())
    )
    for language in LANGUAGES:
        for each in looked:
            # Every outcome has its words, a problem also its next step.
            assert _told(each, texts(language))
            assert each.is_fine or _next(each, texts(language))
    return {each.check: each for each in looked}


def wrong(home: Path, **given) -> list[str]:
    return [f"{each.check}.{each.outcome}" for each in found(home, **given).values() if not each.is_fine]


def test_a_sound_home_is_fine_and_read_as_it_is(home):
    looked = found(home)
    assert [each.check for each in looked.values() if not each.is_fine] == []
    assert looked["tables"].facts == {"tables": 1, "files": 2}
    assert looked["database"].outcome == "fine"
    assert len(looked) == 13


def test_a_new_home_is_fine_and_stays_away(tmp_path):
    assert wrong(tmp_path / "new" / "home") == []
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("name", "check"), [("jejo.db", "database"), ("landing.db", "log")])
def test_a_damaged_database_is_found(home, name, check):
    path = home / name
    kept = path.read_bytes()
    path.write_bytes(kept[:100] + bytes(len(kept) - 100))
    assert wrong(home) == [f"{check}.damaged"]


def test_a_missing_file_of_a_table_is_found(home):
    next((home / "history").rglob("*.parquet")).unlink()
    assert wrong(home) == ["tables.damaged"]


def test_a_cut_file_of_a_table_is_found(home):
    path = next((home / "history").rglob("*.parquet"))
    path.write_bytes(path.read_bytes()[:-10])
    assert wrong(home) == ["tables.damaged"]


@pytest.mark.parametrize(("version", "outcome"), [("0001", "older"), ("9999", "newer")])
def test_a_database_of_another_version_is_found(home, version, outcome):
    with closing(sqlite3.connect(home / "jejo.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()
    assert wrong(home) == [f"database.{outcome}"]


def test_missing_browser_parts_and_fonts_are_found(home, tmp_path):
    assert wrong(home, assets=(tmp_path / "none",)) == ["browser.missing", "fonts.missing"]


def test_another_program_on_the_port_is_found(home):
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert wrong(home, settings={"port": other.getsockname()[1]}) == ["port.taken"]


def test_a_late_clock_is_found(home):
    assert wrong(home, clock=lambda: datetime(2020, 1, 1, tzinfo=UTC)) == ["clock.behind"]


def test_readings_that_pile_up_are_found(home):
    assert wrong(home, waiting=lambda _: MOST_WAITING + 1) == ["waiting.behind"]


def test_a_home_that_cannot_be_written_is_found(tmp_path):
    (tmp_path / "file").write_text("")
    assert wrong(tmp_path / "file" / "home") == ["home.locked"]


def test_a_full_disk_is_found(home, monkeypatch):
    full = shutil.disk_usage(home)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    assert wrong(home) == ["disk.low"]
