import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import polars as pl
import pytest

from history.building import MINE, THEIRS, some_readings
from jejo.bootstrap import House
from jejo.kernel.clock import utc_now
from jejo.kernel.errors import Conflict, Invalid, Unavailable
from jejo.kernel.settings import Settings
from jejo.upkeep.backup import MANIFEST, back_up
from jejo.upkeep.doctor import stores
from jejo.upkeep.restore import restore
from upkeep.homes import Load, a_house, batch, hold, readings, written


def problems(settings: Settings) -> list[str]:
    return [f"{each.check}.{each.outcome}" for each in stores(settings) if not each.is_fine]


def put_back(home: Path, archive: Path, *, is_sure: bool = False, is_dry: bool = False):
    return restore(Settings(home=str(home)), archive, problems, utc_now, is_sure=is_sure, is_dry=is_dry)


def saved(house: House, archive: Path):
    return back_up(house.settings, archive, hold(house), utc_now)


@pytest.fixture
def house(tmp_path):
    house = a_house(tmp_path / "home")
    for number in range(6):
        house.history.append(MINE, "press", number, batch(number))
        if number == 3:
            house.history.compact(MINE)
    house.files.put("mine/report.json", [b"{}"])
    assert not house.plant.equipment(MINE)
    return house


def content(home: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(home)): each.read_bytes() for each in sorted(home.rglob("*")) if each.is_file()
    }


def test_what_is_restored_reads_the_same(house, tmp_path):
    made = saved(house, tmp_path / "all.zip")
    assert "mine/report.json" not in made.members
    assert {"jejo.db", "landing.db", "files/mine/report.json"} <= made.members.keys()
    done = put_back(tmp_path / "other", tmp_path / "all.zip")
    assert done.aside is None
    other = a_house(tmp_path / "other")
    assert readings(other).equals(readings(house))
    assert readings(other).equals(written(6))
    assert other.files.read("mine/report.json") == b"{}"
    assert other.history.debt(MINE) == house.history.debt(MINE)


@pytest.mark.slow
@pytest.mark.parametrize("attempt", range(2))
def test_under_load_nothing_acknowledged_is_missing_or_double(tmp_path, attempt):
    house = a_house(tmp_path / "home")
    large = some_readings("large", range(400_000)).with_columns(value=pl.int_range(400_000).shuffle(7) / 7)
    # Copied before the tables: time enough for the compactor to move on, were it not held.
    for number in range(8):
        house.history.append(THEIRS, "press", number, large)
    with Load(house).running() as load:
        while load.compactions < 2 + attempt:
            time.sleep(0.005)
        before = load.acknowledged
        saved(house, tmp_path / "all.zip")
        after = load.acknowledged
        while load.acknowledged < after + 20:
            time.sleep(0.005)
    assert load.compactions > 2
    put_back(tmp_path / "other", tmp_path / "all.zip")
    other = a_house(tmp_path / "other")
    kept = readings(other)
    batches = kept.height // 5
    assert before <= batches <= after + 1
    assert kept.equals(written(batches))
    # The first reading that lands after restoring is a new one to the tables, not one they think they have.
    other.history.append(MINE, "press", batches, batch(batches))
    assert readings(other).equals(written(batches + 1))
    other.history.compact(MINE)
    assert readings(other).equals(written(batches + 1))


def test_a_home_that_holds_something_is_moved_aside_only_when_told(house, tmp_path):
    saved(house, tmp_path / "all.zip")
    home = tmp_path / "other"
    (home / "files").mkdir(parents=True)
    (home / "files" / "mine.txt").write_text("before")
    with pytest.raises(Conflict) as refused:
        put_back(home, tmp_path / "all.zip")
    assert refused.value.code == "upkeep.home-not-empty"
    assert content(home) == {"files/mine.txt": b"before"}
    done = put_back(home, tmp_path / "all.zip", is_sure=True)
    assert (done.aside / "files" / "mine.txt").read_text() == "before"
    assert readings(a_house(home)).equals(written(6))


def test_a_dry_run_changes_nothing(house, tmp_path):
    saved(house, tmp_path / "all.zip")
    done = put_back(tmp_path / "other", tmp_path / "all.zip", is_dry=True)
    assert done.manifest.members
    assert not (tmp_path / "other").exists()


def test_a_changed_byte_is_found_before_anything_is_touched(house, tmp_path):
    saved(house, tmp_path / "all.zip")
    spoilt = bytearray((tmp_path / "all.zip").read_bytes())
    at = spoilt.index(b"SQLite format 3") + 5000
    spoilt[at] ^= 1
    (tmp_path / "spoilt.zip").write_bytes(spoilt)
    home = tmp_path / "other"
    home.mkdir()
    (home / "kept").write_text("before")
    for is_dry in (True, False):
        with pytest.raises(Invalid) as refused:
            put_back(home, tmp_path / "spoilt.zip", is_sure=True, is_dry=is_dry)
        assert refused.value.code == "upkeep.damaged"
    assert content(home) == {"kept": b"before"}
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_wrong_digest_in_the_manifest_is_found(house, tmp_path):
    saved(house, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as old, zipfile.ZipFile(tmp_path / "x.zip", "w") as new:
        for name in old.namelist():
            kept = old.read(name)
            new.writestr(name, b"[]" if name == "files/mine/report.json" else kept)
    with pytest.raises(Invalid) as refused:
        put_back(tmp_path / "other", tmp_path / "x.zip")
    assert refused.value.code == "upkeep.damaged"
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside", "C:outside", "a\\..\\outside"])
def test_a_member_never_leads_out_of_the_home(tmp_path, name):
    sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    manifest = {"format": 1, "version": "0", "created": "2026-01-01T00:00:00+00:00"}
    manifest["members"] = {name: {"sha256": sha, "bytes": 0}}
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), b"")
        archive.writestr(MANIFEST, json.dumps(manifest))
    with pytest.raises(Invalid) as refused:
        put_back(tmp_path / "home" / "inner", tmp_path / "x.zip")
    assert refused.value.code == "upkeep.not-a-backup"
    assert not list(tmp_path.rglob("outside"))


@pytest.mark.parametrize("kept", [b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_backup_is_refused(tmp_path, kept):
    (tmp_path / "x.zip").write_bytes(kept)
    with pytest.raises(Invalid) as refused:
        put_back(tmp_path / "home", tmp_path / "x.zip")
    assert refused.value.code == "upkeep.not-a-backup"


def test_a_running_product_is_not_replaced(house, tmp_path):
    saved(house, tmp_path / "all.zip")
    # This house still has its log open.
    with pytest.raises(Conflict) as refused:
        put_back(tmp_path / "home", tmp_path / "all.zip", is_sure=True)
    assert refused.value.code == "upkeep.in-use"
    assert readings(house).equals(written(6))


def test_a_backup_never_replaces_a_file(house, tmp_path):
    (tmp_path / "all.zip").write_text("mine")
    with pytest.raises(Conflict):
        saved(house, tmp_path / "all.zip")
    assert (tmp_path / "all.zip").read_text() == "mine"


def test_a_backup_waits_for_the_compactor_only_so_long(house, tmp_path):
    with house.history.at_rest(MINE) as is_ours:
        assert is_ours
        with pytest.raises(Unavailable) as refused:
            back_up(house.settings, tmp_path / "all.zip", hold(house), utc_now, patience=0.1)
    assert refused.value.code == "upkeep.busy"
    assert not (tmp_path / "all.zip").exists()


def test_stores_elsewhere_are_refused(tmp_path):
    settings = Settings(home=str(tmp_path), database="postgresql+psycopg://localhost/jejo")
    with pytest.raises(Invalid) as refused:
        back_up(settings, tmp_path / "all.zip", lambda _: None, utc_now)
    assert refused.value.facts == {"settings": ["database"]}


@pytest.mark.slow
def test_a_killed_backup_leaves_no_half_file(house, tmp_path):
    for number in range(40):
        house.files.put(f"mine/large-{number}", [os.urandom(1 << 20)])
    environment = {**os.environ, "JEJO_HOME": str(tmp_path / "home")}
    target = tmp_path / "out" / "all.zip"
    target.parent.mkdir()
    killed = 0
    for delay in (0.0, 0.01, 0.03, 0.06):
        there = set(target.parent.iterdir())
        started = subprocess.Popen([sys.executable, "-m", "jejo", "backup", str(target)], env=environment)
        while started.poll() is None and set(target.parent.iterdir()) == there:
            time.sleep(0.001)
        time.sleep(delay)
        started.send_signal(signal.SIGKILL)
        killed += started.wait() == -signal.SIGKILL
        if target.exists():
            put_back(tmp_path / "other", target, is_dry=True)
            target.unlink()
    assert killed >= 2
    # Nothing of the dead holds up the next.
    saved(house, target)
    put_back(tmp_path / "other", target)
    assert readings(a_house(tmp_path / "other")).equals(written(6))
