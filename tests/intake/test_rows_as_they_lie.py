"""`rows_as_they_lie` gives back every row of the file in its place."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from jejo.accounts.domain import LOCAL_OWNER
from jejo.intake.service import IntakeService, Limits
from jejo.intake.storage import FolderOriginals
from jejo.knowledge.service import KnowledgeService


@pytest.fixture
def intake(tmp_path):
    return IntakeService(KnowledgeService(), FolderOriginals((tmp_path / "kept").as_uri()), Limits())


@pytest.mark.slow
def test_disorder_and_totals_stay_where_they_are_and_codes_are_numbers(intake, tmp_path):
    start = datetime(2026, 3, 2)  # noqa: DTZ001  # a wall clock, as files have it
    times = [start + timedelta(minutes=each) for each in range(200)]
    times[50], times[51] = times[51], times[50]
    frame = pl.DataFrame(
        {
            "일시": [time.strftime("%Y-%m-%d %H:%M:%S") for time in times],
            "금형코드": [8412 if each % 2 else 8722 for each in range(200)],
            "온도(℃)": [180.0 + each / 10 for each in range(200)],
            "작업자": ["김현수"] * 200,
        }
    )
    frame.write_csv(tmp_path / "log.csv")
    plain = intake.rows_as_they_lie(tmp_path / "log.csv", scope=LOCAL_OWNER)
    assert plain.height == 200
    assert plain["온도(℃)"].to_list() == frame["온도(℃)"].to_list()
    assert plain["금형코드"].to_list() == [float(each) for each in frame["금형코드"]]
    assert plain.schema["작업자"] == pl.String
    assert "김현수" not in plain["작업자"].to_list()
