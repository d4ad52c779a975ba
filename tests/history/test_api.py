"""Charts and latest values over HTTP."""

import struct

import numpy as np
import pytest
from fastapi import FastAPI

from history.building import MINE, at, some_readings
from history.in_memory import LogInMemory, TablesInMemory
from jejo.history.api import routes
from jejo.history.service import HistoryService
from jejo.kernel.errors import Invalid, NotFound
from plant.asking import get

CHART = "/api/v1/history/series?signal=temperature&from=2026-03-01T23:59:50Z&to=2026-03-02T00:01:00Z"


@pytest.fixture
def app() -> FastAPI:
    history = HistoryService(LogInMemory(), TablesInMemory(), lambda: at(60))
    history.append(MINE, "edge", 0, some_readings())
    history.append(MINE, "edge", 1, some_readings("pressure", [4], [2.5]))
    app = FastAPI()
    app.include_router(routes(history, lambda request: MINE))
    return app


def test_a_chart_is_two_float_arrays_per_signal(app: FastAPI) -> None:
    answer = get(app, CHART + "&signal=pressure&width=100")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["cache-control"].startswith("private")
    body = answer.content
    count, offset = struct.unpack_from("<II", body, 8)
    assert struct.unpack_from("<2I", body, 16) == (3, 1)
    assert count == 2
    numbers = np.frombuffer(body, "<f8", offset=offset)
    assert numbers[:3].tolist() == [at(second).timestamp() for second in range(3)]
    assert numbers[3:6].tolist() == [0.0, 1.0, 2.0]
    assert numbers[6:].tolist() == [at(4).timestamp(), 2.5]


def test_a_chart_may_be_asked_for_in_seconds_since_1970(app: FastAPI) -> None:
    start, end = at(0).timestamp(), at(70).timestamp()
    asked = f"/api/v1/history/series?signal=temperature&from={start}&to={end}&width=100"
    assert get(app, asked).content == get(app, CHART + "&width=100").content
    assert get(app, asked.replace(str(start), str(start + 1.5))).headers["x-readings"] == "1"


def test_the_head_tells_readings_and_usual_range_per_signal(app: FastAPI) -> None:
    answer = get(app, CHART + "&signal=pressure&width=100")
    assert answer.headers["x-readings"] == "3, 1"
    first, second = answer.headers["x-usual"].split(", ")
    assert [float(part) for part in first.split()] == pytest.approx([0.02, 1.98])
    assert second == "2.5 2.5"
    nothing = get(
        app, CHART.replace("00:01:00", "23:00:00").replace("03-01T23:59:50", "03-02T22:00:00") + "&width=9"
    )
    assert (nothing.headers["x-readings"], nothing.headers["x-usual"]) == ("0", "-")


def test_an_unchanged_chart_is_not_sent_again(app: FastAPI) -> None:
    tag = get(app, CHART + "&width=100").headers["etag"]
    again = get(app, CHART + "&width=100", {"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert get(app, CHART + "&signal=pressure&width=100", {"If-None-Match": tag}).status_code == 200


def test_the_end_may_be_left_out(app: FastAPI) -> None:
    assert get(app, CHART.partition("&to")[0] + "&width=9").status_code == 200


@pytest.mark.parametrize(
    ("path", "kind", "code"),
    [
        (CHART, Invalid, "history.missing-parameter"),
        (CHART + "&width=wide", Invalid, "history.bad-number"),
        (CHART + "&width=0", Invalid, "history.bad-width"),
        (CHART + "&width=9&signal=nope", NotFound, "history.no-signal"),
        (CHART.replace("from=2026", "from=2036") + "&width=9", Invalid, "history.empty-span"),
        (CHART.replace("2026-03-01T", "March ") + "&width=9", Invalid, "history.bad-time"),
        (CHART.replace("2026-03-01T23:59:50Z", "9" * 30) + "&width=9", Invalid, "history.bad-time"),
        ("/api/v1/history/last?signal=nope", NotFound, "history.no-signal"),
    ],
)
def test_a_wrong_question_says_what_is_wrong(
    app: FastAPI, path: str, kind: type[Exception], code: str
) -> None:
    with pytest.raises(kind, match=code):
        get(app, path)


def test_latest_values_are_json(app: FastAPI) -> None:
    answer = get(app, "/api/v1/history/last?signal=temperature").json()
    assert answer == {
        "readings": [{"signal": "temperature", "time": "2026-03-01T23:59:52Z", "value": 2.0, "quality": None}]
    }
    assert len(get(app, "/api/v1/history/last").json()["readings"]) == 2
