"""The real sets: what kind they are, their time, runs, and everything known to be wrong with them."""

import datetime as dt
from collections import Counter

import polars as pl
import pytest

from jejo.accounts.domain import LOCAL_OWNER
from jejo.intake.domain.table import Kind, Role
from jejo.intake.service import IntakeService, Limits
from jejo.intake.storage import FolderOriginals
from jejo.kernel.texts import texts
from jejo.knowledge.service import KnowledgeService
from real_data import real_data

pytestmark = [pytest.mark.realdata, pytest.mark.slow]
KNOWLEDGE = KnowledgeService()

SETS = [
    ("ai4i2020/ai4i2020", Kind.PER_ITEM, None, ()),
    ("cmapss/train_FD001", Kind.TIME_SERIES, None, ("unit",)),
    ("cmapss/test_FD001", Kind.TIME_SERIES, None, ("unit",)),
    ("cwru_bearing/signals", Kind.TIME_SERIES, None, ("record",)),
    ("gas_sensors_airquality/air_quality", Kind.TIME_SERIES, "timestamp", ()),
    ("hydraulic/cycles_1hz", Kind.TIME_SERIES, None, ("cycle",)),
    ("hydraulic/profile", Kind.PER_ITEM, None, ()),
    ("injection_lens_quality/lenses", Kind.PER_ITEM, None, ()),
    ("injection_mes_erp/machineInfo", Kind.OTHER, "layoutStartDate", ()),
    ("injection_mes_erp/productRecords", Kind.PER_ITEM, "recordDate", ()),
    ("kamp_cnc_milling/experiments", Kind.OTHER, None, ()),
    ("kamp_cnc_milling/experiments_01_12", Kind.TIME_SERIES, None, ("No",)),
    ("kamp_diecasting/diecasting", Kind.PER_ITEM, "datetime", ()),
    ("kamp_melting_tank/melting_tank", Kind.TIME_SERIES, "STD_DT", ()),
    ("kamp_pasteurizer/pasteurizer_30min", Kind.TIME_SERIES, "std_dt", ()),
    ("nab/nab", Kind.TIME_SERIES, "timestamp", ("file",)),
    ("petrobras_process/process", Kind.TIME_SERIES, "timestamp", ()),
    ("production_event_log/production_log", Kind.EVENT_LOG, None, ()),
    ("secom/train_1175_lasso_features", Kind.PER_ITEM, None, ()),
    ("skab/anomaly_free", Kind.TIME_SERIES, "datetime", ()),
    ("skab/valve1", Kind.TIME_SERIES, "datetime", ("file",)),
    ("steel_energy_kr/steel_energy", Kind.TIME_SERIES, "date", ()),
    ("steel_plates_faults/steel_plates_faults", Kind.PER_ITEM, None, ()),
    ("tep/train", Kind.TIME_SERIES, None, ("file",)),
    ("tep/test", Kind.TIME_SERIES, None, ("file",)),
]


@pytest.fixture
def read(tmp_path):
    service = IntakeService(KNOWLEDGE, FolderOriginals((tmp_path / "kept").as_uri()), Limits())

    def one(path, **wishes):
        ((table,),) = (intake.tables for intake in service.read(path, scope=LOCAL_OWNER, **wishes))
        return table

    return one


def rows_of(table, code):
    return {(each.column, each.rows) for each in table.findings if each.code == code}


@pytest.mark.parametrize(("name", "kind", "time", "groups"), SETS, ids=[each[0] for each in SETS])
def test_a_set_is_what_it_is(read, name, kind, time, groups):
    path = real_data(f"{name}.parquet")
    table = read(path)
    assert (table.kind, table.time, table.groups) == (kind, time, groups)
    assert table.frame.height == pl.scan_parquet(path).select(pl.len()).collect().item()
    assert table.frame.columns == [column.name for column in table.columns]
    for column in table.columns:
        if column.role is Role.SIGNAL:
            assert table.frame[column.name].dtype == pl.Float64
    for language in ("ko", "en"):
        for step in table.steps:
            assert texts(language).text(f"intake.steps.{step.code}", **step.facts)
        for finding in table.findings:
            assert texts(language).text(f"intake.findings.{finding.code}", **finding.facts)


def test_historian_states_put_back_as_text_all_become_missing_by_reason(read, tmp_path):
    process = pl.read_parquet(real_data("petrobras_process/process.parquet"))
    bad = pl.read_parquet(real_data("petrobras_process/bad_values.parquet"))
    assert bad.height == 498
    dirty = process.with_columns(pl.exclude("timestamp").cast(pl.String))
    for tag, part in bad.partition_by("tag", as_dict=True).items():
        states = part.select("timestamp", pl.col("raw_value").alias("state"))
        dirty = (
            dirty.join(states, on="timestamp", how="left", maintain_order="left")
            .with_columns(pl.coalesce("state", tag[0]).alias(tag[0]))
            .drop("state")
        )
    path = tmp_path / "dirty.csv"
    text = dirty.write_csv(datetime_format="%Y-%m-%d %H:%M:%S")
    path.write_bytes(text.encode("cp949"))
    assert sum(text.count(f",{state}") for state in bad["raw_value"].unique()) == 498
    table = read(path)
    counted = Counter()
    told = Counter()
    for finding in table.findings:
        if finding.code.startswith("values.missing."):
            counted[finding.code.rpartition(".")[2]] += finding.rows
            told.update(finding.facts["texts"])
    expected = Counter(dict(bad["raw_value"].value_counts().iter_rows()))
    assert counted.total() == 498
    assert set(told) == set(expected)
    assert counted["no-signal"] == sum(count for state, count in expected.items() if "Timeout" in state)
    nulls = table.frame.select(pl.exclude("timestamp").null_count()).sum_horizontal().item()
    assert nulls == process.null_count().sum_horizontal().item()
    assert all(table.frame[tag].dtype == pl.Float64 for tag in bad["tag"].unique())
    steps = {step.key for step in table.steps if step.code.startswith("values.missing.")}
    assert len(steps) == len([each for each in table.findings if each.code.startswith("values.missing.")])


def test_the_last_row_of_each_day_is_moved_to_the_next(read):
    path = real_data("steel_energy_kr/steel_energy.parquet")
    table = read(path)
    assert rows_of(table, "time.misdated-midnight") == {("date", 273)}
    assert table.frame["date"].diff().drop_nulls().unique().to_list() == [dt.timedelta(minutes=15)]
    kept = read(path, without=("time.misdated-midnight:date", "time.sorted:date"))
    assert kept.frame["date"].to_list() == pl.read_parquet(path)["date"].to_list()


def test_truncated_timestamps_are_told_and_never_read(read):
    table = read(real_data("production_event_log/production_log.parquet"))
    assert rows_of(table, "time.truncated") == {("Start Timestamp", 3409), ("Complete Timestamp", 3409)}
    assert table.frame["Start Timestamp"][0] == "24:00.0"


def test_minute_stamps_are_coarse_and_their_rows_stay_in_order(read):
    path = real_data("kamp_melting_tank/melting_tank.parquet")
    table = read(path)
    assert [each.code for each in table.findings if each.code.startswith("time.")] == ["time.coarse.minute"]
    assert table.frame["NUM"].cast(pl.Int64).to_list() == pl.read_parquet(path)["NUM"].to_list()


def test_two_hundred_below_zero_is_no_temperature(read):
    path = real_data("gas_sensors_airquality/air_quality.parquet")
    table = read(path)
    wanted = pl.read_parquet(path).select((pl.selectors.numeric() == -200).sum()).sum_horizontal().item()
    assert sum(each.rows for each in table.findings if each.code == "values.sentinel") == wanted
    undone = read(path, without=("values.sentinel:T",))
    assert undone.frame["T"].min() == -200


@pytest.mark.parametrize(
    "form", ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M", "%Y년 %-m월 %-d일 %H:%M", "%Y%m%d%H%M%S"]
)
def test_the_same_set_as_korean_text_gives_the_same_table(read, tmp_path, form):
    source = real_data("kamp_pasteurizer/pasteurizer_30min.parquet")
    path = tmp_path / "set.csv"
    path.write_bytes(
        pl.read_parquet(source).write_csv(datetime_format=form).replace("std_dt", "측정일시").encode("cp949")
    )
    original, table = read(source), read(path)
    assert table.kind is original.kind
    # The converter tagged a wall clock as UTC; text without a zone is Asia/Seoul, nine hours earlier.
    assert table.start == original.start - dt.timedelta(hours=9)
    assert table.frame.drop("측정일시").equals(original.frame.drop("std_dt"))


def test_a_workbook_holds_the_same_values(read, tmp_path):
    source = pl.read_parquet(real_data("kamp_diecasting/diecasting.parquet")).head(3_000)
    path = tmp_path / "shots.xlsx"
    source.with_columns(pl.col("datetime").dt.replace_time_zone(None)).write_excel(path)
    table = read(path)
    assert (table.kind, table.time, table.frame.height) == (Kind.PER_ITEM, "datetime", 3_000)
    for name in ("molten_temp", "cast_pressure", "passorfail"):
        assert table.frame[name].to_list() == source[name].cast(pl.Float64).to_list()
