"""Real sets, read by the real intake: the ordering of scores, what they carry, and which process they show."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from jejo.accounts.domain import LOCAL_OWNER
from jejo.assessment.domain import Criterion, Quality, State
from jejo.assessment.service import AssessmentService
from jejo.intake.domain.table import Intake
from jejo.intake.service import IntakeService, Limits
from jejo.intake.storage import FolderOriginals
from jejo.knowledge.service import KnowledgeService
from real_data import real_data

pytestmark = [pytest.mark.realdata, pytest.mark.slow]
KNOWLEDGE = KnowledgeService()
ASSESSMENT = AssessmentService(KNOWLEDGE)


Read = Callable[[Path], Intake]


@pytest.fixture(scope="module")
def understood(tmp_path_factory: pytest.TempPathFactory) -> Read:
    intake = IntakeService(
        KNOWLEDGE, FolderOriginals(tmp_path_factory.mktemp("originals").as_uri()), Limits()
    )

    # One reading per file serves all tests of this module.
    @cache
    def read(path: Path) -> Intake:
        return intake.read(path, scope=LOCAL_OWNER)[0]

    return read


def quality(read: Intake) -> Quality:
    return ASSESSMENT.quality(read.tables[0], read.source)


@pytest.mark.parametrize(
    ("name", "processes"),
    [
        ("kamp_diecasting/diecasting.parquet", {"die_casting"}),
        ("kamp_cnc_milling/experiments_01_12.parquet", {"cnc_machining"}),
        ("injection_lens_quality/lenses.parquet", {"injection_molding"}),
        ("injection_mes_erp/productRecords.parquet", {"injection_molding"}),
        ("kamp_pasteurizer/pasteurizer_30min.parquet", {"food_pasteurization"}),
        ("kamp_melting_tank/melting_tank.parquet", {"mixing_blending", "food_pasteurization"}),
    ],
)
def test_the_process_is_recognised(understood: Read, name: str, processes: set[str]) -> None:
    match = ASSESSMENT.process_model(understood(real_data(name)).tables)
    assert match is not None
    assert match.id in processes
    assert match.confidence >= 0.3


@pytest.mark.parametrize(
    "name",
    [
        "skab/valve1.parquet",
        "hydraulic/cycles_1hz.parquet",
        "steel_plates_faults/steel_plates_faults.parquet",
        "petrobras_process/process.parquet",
        "steel_energy_kr/steel_energy.parquet",
    ],
)
def test_a_process_that_is_not_in_the_catalogue_is_not_claimed(understood: Read, name: str) -> None:
    match = ASSESSMENT.process_model(understood(real_data(name)).tables)
    assert match is None or match.confidence < 0.3


def test_dirty_sets_score_lower_than_clean_ones(understood: Read) -> None:
    scores = {
        name: quality(understood(real_data(path))).score
        for name, path in {
            "diecasting": "kamp_diecasting/diecasting.parquet",
            "gas": "gas_sensors_airquality/air_quality.parquet",
            "log": "production_event_log/production_log.parquet",
            "petrobras": "petrobras_process/process.parquet",
            "energy": "steel_energy_kr/steel_energy.parquet",
        }.items()
    }
    assert (
        max(scores["log"], scores["gas"]) < min(scores["petrobras"], scores["energy"]) < scores["diecasting"]
    )


def test_placeholders_of_the_gas_sensors_are_counted(understood: Read) -> None:
    path = real_data("gas_sensors_airquality/air_quality.parquet")
    numbers = pl.read_parquet(path).select(pl.col(pl.Int64, pl.Float64))
    placed = int(numbers.select((pl.all() == -200).sum()).sum_horizontal().item())
    found = quality(understood(path))
    assert sum(issue.rows for issue in found.issues if issue.code == "placeholder-numbers") == placed
    assert (found.criteria[Criterion.ACCURACY] or 0) < 50


def test_bad_values_of_a_historian_are_counted(understood: Read, tmp_path: Path) -> None:
    process = pl.read_parquet(real_data("petrobras_process/process.parquet"))
    bad = pl.read_parquet(real_data("petrobras_process/bad_values.parquet"))
    long = process.select("timestamp", pl.exclude("timestamp").cast(pl.String))
    for tag in bad["tag"].unique(maintain_order=True):
        marks = bad.filter(pl.col("tag") == tag).select("timestamp", pl.col("raw_value").alias("mark"))
        long = long.join(marks.unique("timestamp"), on="timestamp", how="left", maintain_order="left")
        long = long.with_columns(pl.coalesce("mark", tag).alias(tag)).drop("mark")
    path = tmp_path / "historian.csv"
    long.with_columns(pl.col("timestamp").dt.strftime("%Y-%m-%d %H:%M:%S")).write_csv(path)
    dirty = quality(understood(path))
    clean = quality(understood(real_data("petrobras_process/process.parquet")))
    counted = sum(issue.rows for issue in dirty.issues if issue.code == "bad-values")
    assert counted == bad.height
    assert (dirty.criteria[Criterion.VALIDITY] or 0) < (clean.criteria[Criterion.VALIDITY] or 0)


def test_cut_off_times_are_told_first(understood: Read) -> None:
    read = understood(real_data("production_event_log/production_log.parquet"))
    found = quality(read)
    readiness = ASSESSMENT.readiness(read.tables, None, None)
    steps = ASSESSMENT.next_actions(read.tables, [found], readiness, None, None)
    assert steps[0].code == "export-full-times"
    assert (found.criteria[Criterion.ACCURACY] or 0) < 50


def test_a_year_of_energy_is_ready_and_its_misdated_midnights_are_told(understood: Read) -> None:
    read = understood(real_data("steel_energy_kr/steel_energy.parquet"))
    ready = [each for each in ASSESSMENT.readiness(read.tables, None, None) if each.state is State.READY]
    assert [(each.cell, each.route) for each in ready] == [("MFG-PRE", "energy")]
    assert "misdated-rows" in {issue.code for issue in quality(read).issues}


def test_few_cells_are_ready(understood: Read) -> None:
    for name in (
        "skab/valve1.parquet",
        "kamp_cnc_milling/experiments_01_12.parquet",
        "hydraulic/cycles_1hz.parquet",
    ):
        answers = ASSESSMENT.readiness(understood(real_data(name)).tables, None, None)
        assert not [each for each in answers if each.state is State.READY]
