"""`jejo ai score` and `jejo ai detectors`: per-row scores for benchmarks by anyone."""

import io
from pathlib import Path

import numpy as np
import orjson
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from jejo.ai.cli import commands
from jejo.ai.domain.anomaly import Detector
from jejo.ai.service.anomalies import AnomalyService
from jejo.kernel.errors import Invalid, NotFound
from jejo.kernel.plugins import Plugins

SERVICE = AnomalyService(Plugins[type[Detector]]("jejo.ai.detectors"))


def a_table(rows: int = 600) -> pl.DataFrame:
    random = np.random.default_rng(2)
    cause = random.normal(size=(rows, 1))
    values = cause @ np.ones((1, 3)) + 0.5 * random.normal(size=(rows, 3))
    values[450:520, 1] += 6.0
    return pl.DataFrame(
        {
            "when": [f"row {row}" for row in range(rows)],
            "a": values[:, 0],
            "b": values[:, 1],
            "c": values[:, 2],
            "label": [float(450 <= row < 520) for row in range(rows)],
        }
    )


def run(*arguments: str, table: pl.DataFrame | None = None) -> Result:
    frame = a_table() if table is None else table
    return CliRunner().invoke(commands(lambda: SERVICE, lambda path: frame), list(arguments))


def test_rows_keep_their_number_and_order() -> None:
    scores = SERVICE.score(a_table(), ["a", "b", "c"], 400)
    assert scores.schema == {"score": pl.Float64, "is_anomaly": pl.Boolean}
    assert scores.height == 600
    assert scores["is_anomaly"][455:520].mean() > 0.9
    assert scores["is_anomaly"][:450].mean() < 0.01


def test_scores_are_causal() -> None:
    signals, whole = ["a", "b", "c"], SERVICE.score(a_table(), ["a", "b", "c"], 400)
    part = SERVICE.score(a_table().head(480), signals, 400)
    np.testing.assert_allclose(part["score"], whole["score"][:480], rtol=1e-9, atol=1e-12)
    assert part["is_anomaly"].to_list() == whole["is_anomaly"][:480].to_list()


def test_only_the_first_rows_are_learnt_from() -> None:
    later = a_table().with_columns(
        pl.when(pl.int_range(pl.len()) < 400).then(pl.col("b")).otherwise(1e6).alias("b")
    )
    signals = ["a", "b", "c"]
    before = SERVICE.score(a_table(), signals, 400)["score"][:400]
    np.testing.assert_allclose(SERVICE.score(later, signals, 400)["score"][:400], before, rtol=1e-9)


def test_missing_values_never_crash_and_never_leave_a_hole() -> None:
    frame = a_table().with_columns(
        a=pl.when(pl.int_range(pl.len()) % 7 == 0).then(None).otherwise("a"),
        b=pl.when(pl.int_range(pl.len()) < 30).then(float("nan")).otherwise("b"),
        empty=pl.lit(float("nan")),
        nothing=pl.lit(None, dtype=pl.Float64),
    )
    scores = SERVICE.score(frame, ["a", "b", "c", "empty", "nothing"], 400)
    assert scores["score"].is_finite().all()


@pytest.mark.parametrize("name", SERVICE.names())
def test_each_detector_scores_alone(name: str) -> None:
    scores = SERVICE.score(a_table(), ["a", "b", "c"], 400, name)
    assert scores["score"][450:520].max() > scores["score"][100:400].max()


def test_an_unknown_detector_is_refused() -> None:
    with pytest.raises(NotFound, match=r"kernel\.no-plugin"):
        SERVICE.score(a_table(), ["a"], 400, "crystal_ball")


@pytest.mark.parametrize(
    ("rows", "code"), [(601, r"ai\.fit-rows"), (39, r"ai\.too-few-rows"), (0, r"ai\.too-few-rows")]
)
def test_an_impossible_number_of_rows_to_learn_from_is_refused(rows: int, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        SERVICE.score(a_table(), ["a", "b", "c"], rows)


def test_forty_rows_are_enough_to_learn_from() -> None:
    assert SERVICE.score(a_table(), ["a", "b", "c"], 40)["score"].is_finite().all()


def test_the_command_writes_what_the_service_says(tmp_path: Path) -> None:
    out = tmp_path / "scores.parquet"
    result = run("score", "x.csv", "--fit-rows", "400", "--drop", "label", "--out", str(out), "--json")
    assert result.exit_code == 0
    summary = orjson.loads(result.stdout)
    assert summary["signals"] == ["a", "b", "c"]
    assert summary["rows"] == 600
    expected = SERVICE.score(a_table(), ["a", "b", "c"], 400)
    assert pl.read_parquet(io.BytesIO(out.read_bytes())).equals(expected)
    assert summary["anomalies"] == expected["is_anomaly"].sum()


def test_without_json_stdout_stays_empty(tmp_path: Path) -> None:
    result = run("score", "x.csv", "--fit-rows", "400", "--out", str(tmp_path / "s.parquet"))
    assert result.stdout == ""
    assert "600" in result.stderr


def test_an_unknown_column_to_drop_is_refused(tmp_path: Path) -> None:
    result = run(
        "score", "x.csv", "--fit-rows", "400", "--drop", "labl", "--out", str(tmp_path / "s.parquet")
    )
    assert isinstance(result.exception, Invalid)
    assert result.exception.code == "ai.unknown-column"
    assert not (tmp_path / "s.parquet").exists()


def test_a_table_without_numbers_is_refused(tmp_path: Path) -> None:
    words = a_table().select("when")
    result = run("score", "x.csv", "--fit-rows", "400", "--out", str(tmp_path / "s.parquet"), table=words)
    assert isinstance(result.exception, Invalid)
    assert result.exception.code == "ai.no-signals"


def test_detectors_are_listed() -> None:
    assert orjson.loads(run("detectors", "--json").stdout) == SERVICE.names()
    assert run("detectors").stdout.split() == SERVICE.names()
