"""What only the real files can show: crashes, full disks, several processes and threads."""

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
import pytest

from history.building import MINE, a_history, a_log, at, some_readings
from jejo.accounts.domain import Scope
from jejo.history.domain.readings import Chunk, Span
from jejo.history.service import HistoryService
from jejo.history.storage import DeltaTables, SqliteLog
from jejo.kernel.errors import Invalid, Unavailable


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    log = a_log(tmp_path)
    yield log
    log.close()


@pytest.fixture
def history(tmp_path: Path, log: SqliteLog) -> HistoryService:
    return a_history(tmp_path, log)


class Died(Exception):
    """Stands for the moment a process is gone."""


class LogThatDiesBeforeTrimming(SqliteLog):
    def trim(self, scope: Scope, chunk: Chunk) -> None:
        raise Died


def test_dying_between_commit_and_trim_doubles_and_loses_nothing(tmp_path: Path, log: SqliteLog) -> None:
    dying_log = LogThatDiesBeforeTrimming(tmp_path / "landing.db")
    dying = a_history(tmp_path, dying_log)
    dying.append(MINE, "edge", 0, some_readings(seconds=[0, 1]))
    with pytest.raises(Died):
        dying.compact(MINE)
    dying_log.close()

    history = a_history(tmp_path, log)
    assert history.debt(MINE).readings == 2
    assert history.read(MINE, ["temperature"], at(0))["value"].to_list() == [0.0, 1.0]
    history.append(MINE, "edge", 1, some_readings(seconds=[5]))
    assert history.compact(MINE).readings == 1
    assert history.debt(MINE).readings == 0
    stored = pl.read_parquet(list((tmp_path / "history").rglob("*.parquet")), hive_partitioning=False)
    assert stored.height == 3
    assert history.last(MINE)["time"].to_list() == [at(5)]


def cut_entry(table: Path) -> None:
    entry = max((table / "_delta_log").glob("*.json"))
    entry.write_bytes(entry.read_bytes()[:-40])


def empty_entry(table: Path) -> None:
    max((table / "_delta_log").glob("*.json")).write_bytes(b"")


def cut_data(table: Path) -> None:
    newest_file = max(table.rglob("*.parquet"), key=lambda file: file.stat().st_mtime_ns)
    newest_file.write_bytes(newest_file.read_bytes()[:-40])


@pytest.mark.parametrize("tear", [cut_entry, empty_entry, cut_data])
def test_a_power_cut_between_commit_and_settling_loses_and_doubles_nothing(
    tmp_path: Path, log: SqliteLog, tear: Callable[[Path], None]
) -> None:
    a_history(tmp_path, log).append(MINE, "edge", 0, some_readings(seconds=[0]))
    a_history(tmp_path, log).compact(MINE)
    settled = (tmp_path / "history" / "mine" / "settled").read_bytes()
    dying_log = LogThatDiesBeforeTrimming(tmp_path / "landing.db")
    dying = a_history(tmp_path, dying_log)
    dying.append(MINE, "edge", 1, some_readings(seconds=[1, 2], values=[1.0, 2.0]))
    with pytest.raises(Died):
        dying.compact(MINE)
    dying_log.close()
    # As it would be had the power gone before the fsync: the mark still tells the version before.
    (tmp_path / "history" / "mine" / "settled").write_bytes(settled)
    tear(tmp_path / "history" / "mine" / "readings")

    reader = DeltaTables((tmp_path / "history").as_uri())
    if tear is not cut_entry:
        reader.view(MINE, log.identity)  # Somebody looks before the compactor has repaired anything.
    history = a_history(tmp_path, log)
    assert history.compact(MINE).readings == 2
    assert history.debt(MINE).readings == 0
    assert history.read(MINE, ["temperature"], at(0))["value"].to_list() == [0.0, 1.0, 2.0]
    assert pl.scan_delta(tmp_path / "history" / "mine" / "readings").collect().height == 3
    assert reader.view(MINE, log.identity).read(["temperature"], Span(at(0), at(60))).height == 3


def test_a_settled_commit_is_never_undone(tmp_path: Path, log: SqliteLog) -> None:
    history = a_history(tmp_path, log)
    history.append(MINE, "edge", 0, some_readings())
    history.compact(MINE)
    table = tmp_path / "history" / "mine" / "readings"
    cut_data(table)
    before = sorted(table.rglob("*.json"))
    a_history(tmp_path, log).compact(MINE)
    assert sorted(table.rglob("*.json")) == before


def test_tables_that_cannot_be_written_leave_everything_in_the_log(
    tmp_path: Path, history: HistoryService
) -> None:
    history.append(MINE, "edge", 0, some_readings(seconds=[0]))
    history.compact(MINE)
    history.append(MINE, "edge", 1, some_readings(seconds=[20]))
    obstacle = tmp_path / "history" / "mine" / "readings" / "day=2026-03-02"
    obstacle.touch()
    with pytest.raises(Unavailable, match=r"history\.cannot-write"):
        history.compact(MINE)
    assert history.read(MINE, ["temperature"], at(0))["time"].to_list() == [at(0), at(20)]
    obstacle.unlink()
    assert history.compact(MINE).readings == 1
    assert history.read(MINE, ["temperature"], at(0))["time"].to_list() == [at(0), at(20)]


def test_a_fresh_log_beside_old_tables_loses_nothing(tmp_path: Path, log: SqliteLog) -> None:
    old = a_history(tmp_path, log)
    for sequence in range(3):
        old.append(MINE, "edge", sequence, some_readings(seconds=[sequence]))
    old.compact(MINE)
    log.close()
    for file in tmp_path.glob("landing.db*"):
        file.unlink()

    fresh_log = a_log(tmp_path)
    fresh = a_history(tmp_path, fresh_log)
    fresh.append(MINE, "edge", 0, some_readings(seconds=[0, 9], values=[7.0, 8.0]))
    assert fresh.read(MINE, ["temperature"], at(0))["value"].to_list() == [7.0, 0.0, 0.0, 8.0]
    fresh.compact(MINE)
    assert fresh.read(MINE, ["temperature"], at(0))["value"].to_list() == [7.0, 0.0, 0.0, 8.0]
    fresh_log.close()


def test_only_one_compactor_works_and_others_say_so(tmp_path: Path, history: HistoryService) -> None:
    history.append(MINE, "edge", 0, some_readings())
    other_log = a_log(tmp_path)
    with other_log.compacting(MINE) as is_ours:
        assert is_ours
        assert history.compact(MINE).is_elsewhere
        assert history.optimise(MINE) == 0
    assert history.compact(MINE).readings == 3
    other_log.close()


def test_another_process_sees_what_was_appended_and_compacted(
    tmp_path: Path, history: HistoryService
) -> None:
    other_log = a_log(tmp_path)
    other = a_history(tmp_path, other_log)
    for sequence in range(3):
        history.append(MINE, "edge", sequence, some_readings(seconds=[sequence], values=[float(sequence)]))
        assert other.last(MINE)["value"].to_list() == [float(sequence)]
        history.compact(MINE)
        assert other.read(MINE, ["temperature"], at(0))["value"].to_list() == [
            float(i) for i in range(sequence + 1)
        ]
    history.append(MINE, "edge", 3, some_readings(seconds=[30], values=[30.0]))
    history.append(MINE, "edge", 4, some_readings("new", seconds=[31], values=[31.0]))
    history.compact(MINE)
    assert other.last(MINE)["value"].to_list() == [31.0, 30.0]
    other_log.close()


def test_a_full_disk_keeps_nothing_of_the_batch_and_recovers(
    tmp_path: Path, history: HistoryService, log: SqliteLog
) -> None:
    history.append(MINE, "edge", 0, some_readings())
    noise = some_readings(seconds=range(100_000), values=[hash(str(i)) * 1.0 for i in range(100_000)])
    pages = log._connection().execute("PRAGMA page_count").fetchone()[0]
    log._connection().execute(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(Unavailable, match=r"history\.cannot-write") as refused:
        history.append(MINE, "edge", 1, noise)
    assert "full" in str(refused.value.facts["reason"])
    assert history.debt(MINE).readings == 3
    assert history.last(MINE)["time"].to_list() == [at(2)]

    log._connection().execute("PRAGMA max_page_count=1000000")
    assert not history.append(MINE, "edge", 1, noise).already
    assert history.debt(MINE).readings == 100_003


def test_a_log_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match=r"history\.cannot-write"):
        SqliteLog(tmp_path / "file" / "landing.db")
    (tmp_path / "folder.db").mkdir()
    with pytest.raises(Unavailable, match=r"history\.cannot-write"):
        SqliteLog(tmp_path / "folder.db")


def test_a_log_of_a_newer_version_is_left_alone(tmp_path: Path, log: SqliteLog) -> None:
    with sqlite3.connect(tmp_path / "landing.db") as plain:
        plain.execute("PRAGMA user_version=99")
    plain.close()
    with pytest.raises(Unavailable, match=r"history\.newer-log"):
        a_log(tmp_path)


def test_a_full_log_pushes_back_until_compacted(tmp_path: Path) -> None:
    log = a_log(tmp_path, limit_bytes=300_000)
    history = a_history(tmp_path, log)
    noise = some_readings(seconds=range(50_000), values=[hash(str(i)) * 1.0 for i in range(50_000)])
    assert not history.append(MINE, "edge", 0, noise).already
    with pytest.raises(Unavailable, match=r"history\.log-full"):
        history.append(MINE, "edge", 1, some_readings(seconds=[60_000]))
    history.compact(MINE)
    assert not history.append(MINE, "edge", 1, some_readings(seconds=[60_000])).already
    log.close()


def test_an_organisation_cannot_lead_out_of_its_folder(history: HistoryService) -> None:
    outside = Scope("../../elsewhere", "kim")
    history.append(outside, "edge", 0, some_readings())
    for ask in (history.compact, lambda scope: history.read(scope, ["temperature"], at(0))):
        with pytest.raises(Invalid, match=r"history\.bad-organisation"):
            ask(outside)


def test_threads_append_while_one_compacts_and_another_reads(history: HistoryService) -> None:
    batches, size = 40, 50
    history.append(MINE, "start", 0, some_readings(seconds=[0], values=[-1.0]))
    counts: list[int] = []
    is_done = threading.Event()

    def append(collector: int) -> None:
        for sequence in range(batches):
            first = 1 + (collector * batches + sequence) * size
            history.append(MINE, str(collector), sequence, some_readings(seconds=range(first, first + size)))

    def compact() -> None:
        while not is_done.is_set():
            history.compact(MINE)

    def read() -> None:
        while not is_done.is_set():
            counts.append(history.read(MINE, ["temperature"], at(0), at(1e6)).height)

    writers = [threading.Thread(target=append, args=(each,)) for each in range(2)]
    others = [threading.Thread(target=compact), threading.Thread(target=read)]
    for thread in writers + others:
        thread.start()
    for thread in writers:
        thread.join()
    is_done.set()
    for thread in others:
        thread.join()
    assert history.read(MINE, ["temperature"], at(0), at(1e6)).height == 1 + 2 * batches * size
    assert counts == sorted(counts)
    assert all(count % size == 1 for count in counts)


def test_any_reader_of_delta_can_use_the_table(tmp_path: Path, history: HistoryService) -> None:
    history.append(MINE, "edge", 0, some_readings(seconds=[0, 20]))
    history.compact(MINE)
    table = pl.scan_delta(tmp_path / "history" / "mine" / "readings").collect().sort("time")
    assert table["signal"].to_list() == ["temperature", "temperature"]
    assert [str(day) for day in table["day"]] == ["2026-03-01", "2026-03-02"]
    (entry,) = tmp_path.rglob("00000000000000000001.json")
    assert any("txn" in json.loads(line) for line in entry.read_text().splitlines())


def test_tables_live_in_a_local_folder(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"kernel\.bad-setting"):
        DeltaTables("s3://bucket/history")
