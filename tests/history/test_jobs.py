from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import polars as pl
import pytest

from jejo.accounts.domain import LOCAL_OWNER
from jejo.history.jobs import compacting
from jejo.history.service import HistoryService
from jejo.history.storage import DeltaTables, SqliteLog


@pytest.mark.slow
def test_what_landed_is_moved_while_the_loop_runs(tmp_path):
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    service = HistoryService(
        SqliteLog(tmp_path / "log.db"), DeltaTables((tmp_path / "tables").as_uri()), lambda: moment
    )
    readings = pl.DataFrame({"signal": ["s"], "time": [moment - timedelta(hours=1)], "value": [1.0]})
    with compacting(lambda: service, lambda: [LOCAL_OWNER], timedelta(seconds=0.05)):
        service.append(LOCAL_OWNER, "c", 0, readings)
        until = monotonic() + 30
        while service.debt(LOCAL_OWNER).batches and monotonic() < until:
            sleep(0.02)
    assert service.debt(LOCAL_OWNER).batches == 0
    assert service.read(LOCAL_OWNER, ["s"], moment - timedelta(days=1))["value"].to_list() == [1.0]
