import sqlite3
from contextlib import closing

import pytest

from jejo.kernel.errors import Unavailable
from jejo.kernel.settings import Settings
from jejo.upkeep.migrations import known_migrations, pending, present_revision
from upkeep.homes import a_house


def test_all_migrations_are_ahead_of_an_empty_home_which_stays_empty(tmp_path):
    steps = pending(Settings(home=str(tmp_path / "home")))
    assert steps == known_migrations()
    assert steps[0].revision == "0001"
    assert all(each.about and each.does for each in steps)
    assert not (tmp_path / "home").exists()


def test_nothing_is_ahead_of_a_database_of_this_version(tmp_path):
    house = a_house(tmp_path)
    assert house.engine
    assert pending(house.settings) == []
    assert present_revision(house.settings) == known_migrations()[-1].revision


def test_only_later_migrations_are_ahead_and_none_is_run(tmp_path):
    path = tmp_path / "jejo.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('0001')"
        )
    before = path.read_bytes()
    steps = pending(Settings(home=str(tmp_path)))
    assert [each.revision for each in steps] == [each.revision for each in known_migrations()[1:]]
    assert path.read_bytes() == before


def test_a_database_that_is_none_says_so(tmp_path):
    (tmp_path / "jejo.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(Unavailable) as refused:
        pending(Settings(home=str(tmp_path)))
    assert refused.value.code == "upkeep.no-answer"
