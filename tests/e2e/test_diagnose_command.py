"""`jejo diagnose` as a user runs it: a real process, on the example and on hostile files."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import jejo

EXAMPLE = Path(jejo.__file__).parent / "onboarding" / "data" / "example_injection_simulated.xlsx"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


def run(home, *words):
    environment = {**os.environ, "JEJO_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "jejo", *map(str, words)],
        capture_output=True,
        text=True,
        env=environment,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def report(home):
    done = run(home, "diagnose", EXAMPLE, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def column(table, name):
    return next(each for each in table["columns"] if each["name"] == name)


@pytest.mark.slow
def test_the_json_has_the_agreed_shape(report):
    assert report["source"].keys() >= {"name", "sha256", "bytes", "encoding"}
    (table,) = report["tables"]
    assert table.keys() >= {
        "name",
        "kind",
        "rows",
        "start",
        "end",
        "sampling_s",
        "header_rows",
        "columns",
        "steps",
        "quality",
        "anomalies",
        "label",
        "readiness",
        "process_model",
    }
    assert column(table, "일시").keys() >= {"name", "role", "concept", "irdi", "unit", "confidence", "stats"}
    assert column(table, "일시")["stats"].keys() >= {"count", "nulls", "min", "max", "mean"}
    assert len(table["readiness"]) == 35
    assert len(report["next_actions"]) == 3
    assert table["start"].endswith("+09:00")


@pytest.mark.slow
def test_the_example_is_understood(report):
    (table,) = report["tables"]
    assert table["rows"] == 2400
    assert table["header_rows"] == [1, 2]
    assert table["sampling_s"] == 72
    assert column(table, "온도(℃) › 금형")["concept"] == "mold_temperature"
    assert column(table, "온도(℃) › 금형")["unit"] == "Cel"
    assert column(table, "작업자")["role"] == "personal"
    assert table["process_model"]["id"] == "injection_molding"


@pytest.mark.slow
def test_the_stuck_valve_is_found_and_named(report):
    (table,) = report["tables"]
    first = table["anomalies"][0]
    assert first["signals"][0]["name"] == "냉각수 유량(L/min)"
    assert 1500 <= first["first_row"] <= 1530
    assert sum(share["share"] for share in first["signals"]) == pytest.approx(1, abs=0.01)


@pytest.mark.slow
def test_the_cause_of_the_defects_is_ranked_first(report):
    label = report["tables"][0]["label"]
    assert (label["column"], label["positive"]) == ("판정", "NG")
    assert label["drivers"][0]["name"] == "온도(℃) › 금형"
    assert label["drivers"][0]["direction"] == "higher"
    assert label["metrics_without_leaks"]["pr_auc_low"] > label["base_rate"]


@pytest.mark.slow
def test_names_of_people_are_nowhere_in_what_is_kept(home, report):
    for path in home.rglob("*"):
        if path.is_file() and "originals" not in path.parts and "uploads" not in path.parts:
            assert "박정우".encode() not in path.read_bytes(), path


@pytest.mark.slow
def test_the_same_file_twice_adds_no_equipment_and_no_readings(home, report):
    before = json.loads(run(home, "plant", "list", "--json").stdout)
    assert run(home, "diagnose", EXAMPLE, "--json").returncode == 0
    assert json.loads(run(home, "plant", "list", "--json").stdout) == before
    assert [each["name"] for each in before] == ["example_injection_simulated"]


@pytest.mark.slow
def test_html_and_english_are_written(home, tmp_path):
    done = run(home, "diagnose", EXAMPLE, "--html", tmp_path / "report.html", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "next actions" in done.stdout
    assert '<html lang="en"' in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (b"\x00" * 4096, "nul.csv"),
        (b"PK\x03\x04broken", "broken.xlsx"),
        (b"\xff\xd8\xff\xe0", "photo.csv"),
    ],
)
@pytest.mark.slow
def test_a_refused_file_says_why_and_what_next_in_two_lines(home, tmp_path, content, name):
    (tmp_path / name).write_bytes(content)
    done = run(home, "diagnose", tmp_path / name, "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    error, hint = done.stderr.rstrip().splitlines()[-2:]
    assert error.startswith("error[intake.")
    assert hint.startswith("hint: ")


@pytest.mark.slow
def test_an_unknown_label_column_is_said_with_the_known_ones(home):
    done = run(home, "diagnose", EXAMPLE, "--label", "없는열", "--lang", "ko")
    assert done.returncode == 2
    assert "판정" in done.stderr


@pytest.mark.slow
def test_of_an_archive_the_archive_is_the_source(home, tmp_path):
    archive = tmp_path / "모음.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(
            "온도.csv",
            "일시,온도(℃)\n" + "\n".join(f"2026-03-02 09:{each:02d},{180 + each}" for each in range(60)),
        )
        made.writestr(
            "압력.csv",
            "일시,압력(bar)\n" + "\n".join(f"2026-03-02 09:{each:02d},{7 + each}" for each in range(60)),
        )
    done = run(home, "diagnose", archive, "--json")
    report = json.loads(done.stdout)
    assert report["source"]["name"] == "모음.zip"
    assert report["source"]["bytes"] == archive.stat().st_size
    assert [table["name"] for table in report["tables"]] == ["온도", "압력"]
