"""Order, repeats, gaps and misdated rows; kinds and runs."""

import datetime as dt
import random

import polars as pl
import pytest

from jejo.intake.domain.grouping import counter_of, groups_by_time, run_ids
from jejo.intake.domain.longform import widened
from jejo.intake.domain.stuck import stuck_signals
from jejo.intake.domain.timeline import order_in_time

START = dt.datetime(2025, 10, 1, tzinfo=dt.UTC)


def times(offsets, unit="minutes"):
    return pl.Series(
        "t", [START + dt.timedelta(**{unit: each}) for each in offsets], pl.Datetime("us", "UTC")
    )


def ordered(offsets, unit="minutes", groups=(), without=(), **more):
    frame = pl.DataFrame(
        [times(offsets, unit), pl.Series("v", [float(n) for n in range(len(offsets))])]
    ).with_columns(**{name: pl.Series(value) for name, value in more.items()})
    return order_in_time(frame, "t", groups, without)


def codes(items):
    return [each.code for each in items]


def test_regular_times_are_left_alone():
    line = ordered(range(50))
    assert (line.steps, line.findings, line.sampling, line.regularity) == (
        (),
        (),
        dt.timedelta(minutes=1),
        1.0,
    )


def test_disorder_is_sorted_told_and_undoable():
    line = ordered([0, 1, 3, 2, 4, 5])
    assert line.frame["v"].to_list() == [0, 1, 3, 2, 4, 5]
    assert (codes(line.steps), codes(line.findings)) == (["time.sorted"], ["time.disordered"])
    assert ordered([0, 1, 3, 2, 4, 5], without=("time.sorted:t",)).frame["v"].to_list() == [0, 1, 2, 3, 4, 5]


def test_newest_first_is_turned_round():
    line = ordered([5, 4, 3, 2, 1, 0])
    assert line.frame["v"].to_list() == [5, 4, 3, 2, 1, 0]
    assert codes(line.steps) == ["time.reversed"]


def test_gaps_are_counted_with_the_longest():
    line = ordered([*range(20), *range(80, 100), *range(110, 120)])
    gap = next(each for each in line.findings if each.code == "time.gaps")
    assert (gap.rows, gap.facts["longest"], gap.facts["lost"]) == (2, dt.timedelta(minutes=61), 70)


def test_doubled_times_are_counted():
    line = ordered([0, 1, 1, 2, 3, 4], unit="seconds")
    assert [(each.code, each.rows) for each in line.findings] == [("time.duplicates", 2)]


def test_many_rows_per_minute_are_coarse_not_doubled():
    line = ordered([each // 10 for each in range(200)])
    assert codes(line.findings) == ["time.coarse.minute"]
    assert line.is_coarse
    assert line.frame["v"].to_list() == list(range(200))


def test_midnights_of_the_day_before_are_moved_when_the_neighbours_prove_it():
    true = [15 * each for each in range(1, 4 * 96)]
    written = [each - 1440 if each % 1440 == 0 else each for each in true]
    line = ordered(written)
    assert [(each.code, each.rows) for each in line.findings] == [("time.misdated-midnight", 3)]
    assert line.frame["t"].diff().drop_nulls().n_unique() == 1
    kept = ordered(written, without=("time.misdated-midnight:t", "time.sorted:t"))
    assert kept.frame["t"].to_list() == times(written).to_list()


def test_a_midnight_that_belongs_there_is_not_moved():
    assert codes(ordered([15 * each for each in range(4 * 96)]).findings) == []
    assert "time.misdated-midnight" not in codes(ordered([30, 45, 0, 60, 75]).findings)


def test_rows_without_time_are_left_out_told_and_undoable():
    frame = pl.DataFrame([times([0, 1, 2, 3]).scatter(2, None), pl.Series("v", [1.0, 2.0, 3.0, 4.0])])
    line = order_in_time(frame, "t", (), ())
    assert (line.frame.height, codes(line.steps), codes(line.findings)) == (
        3,
        ["time.rows-without"],
        ["time.missing"],
    )
    assert order_in_time(frame, "t", (), ("time.rows-without:t",)).frame.height == 4


def test_runs_keep_their_own_time_axis():
    frame = pl.DataFrame(
        [
            times([*range(20), *range(20), *range(5, 25)]),
            pl.Series("file", ["a"] * 20 + ["b"] * 20 + ["c"] * 20),
        ]
    )
    assert groups_by_time(frame, "t") == ("file",)
    line = order_in_time(frame, "t", ("file",), ())
    assert (line.steps, line.findings) == ((), ())
    assert run_ids(frame, ("file",)).to_list() == [1] * 20 + [2] * 20 + [3] * 20


def test_a_weekday_is_no_run():
    frame = pl.DataFrame([times(range(60)), pl.Series("day", ["Mon"] * 20 + ["Tue"] * 20 + ["Wed"] * 20)])
    assert groups_by_time(frame, "t") == ()


def test_machines_that_share_a_clock_are_put_apart():
    line = ordered(
        [each // 3 for each in range(60)], unit="seconds", machine=["1호기", "2호기", "3호기"] * 20
    )
    assert line.groups == ("machine",)
    assert codes(line.steps) == ["time.apart"]
    assert line.frame["machine"].to_list() == ["1호기"] * 20 + ["2호기"] * 20 + ["3호기"] * 20


def test_a_counter_that_restarts_gives_runs_without_time():
    frame = pl.DataFrame(
        {"unit": [1] * 30 + [2] * 25, "cycle": [*range(1, 31), *range(1, 26)], "s": [0.1] * 55}
    )
    assert counter_of(frame) == ("cycle", ("unit",))
    assert counter_of(frame.with_columns(cycle=pl.Series(range(55)))) is None


def long_table(**changes):
    rows = [
        (moment, tag, random.Random(n).random())
        for n, moment in enumerate(times(range(20)))
        for tag in ("TI-1", "TI-2", "PI-1")
    ]
    frame = pl.DataFrame(
        rows, schema={"time": pl.Datetime("us", "UTC"), "tag": pl.String, "value": pl.Float64}, orient="row"
    )
    return frame.with_columns(**changes)


def test_a_true_long_table_becomes_wide():
    wide = widened(long_table(unit=pl.Series(["℃", "℃", "bar"] * 20)), "time", ())
    assert wide.frame.columns == ["time", "TI-1 (℃)", "TI-2 (℃)", "PI-1 (bar)"]
    assert wide.frame.height == 20
    assert widened(long_table(), "time", (wide.step.key,)) is None


@pytest.mark.parametrize(
    "frame",
    [
        long_table(operator=pl.Series(["a", "b"] * 30)),
        long_table().rename({"value": "temperature"}),
        long_table().rename({"tag": "shift"}),
        long_table().sort("tag").with_columns(time=times(range(60)).rename("time")),
    ],
)
def test_what_is_no_long_table_stays(frame):
    assert widened(frame, "time", ()) is None


def test_a_signal_that_stands_still_is_found_and_a_standing_machine_is_not():
    chance = random.Random(3)
    moving = [chance.random() for _ in range(400)]
    stuck = [*moving[:200], *[moving[200]] * 80, *moving[280:]]
    off = [*moving[:200], *[0.0] * 80, *moving[280:]]
    frame = pl.DataFrame({"a": moving, "b": stuck, "c": off})
    found = stuck_signals(frame, ("a", "b", "c"), run_ids(frame, ()))
    assert [(each.column, each.rows) for each in found] == [("b", 80)]
