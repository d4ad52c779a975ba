"""Charts and latest values for browsers: `/api/v1/history/series`, `/api/v1/history/last`.

Both are plain Starlette routes: they are asked for often, and answer bytes.
"""

import hashlib
from collections.abc import Callable, Mapping

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from jejo.accounts.domain import Scope
from jejo.history.domain.chart import encode_series
from jejo.history.domain.readings import moment
from jejo.history.service import HistoryService
from jejo.kernel.errors import Invalid


def routes(service: HistoryService, scope_of: Callable[[Request], Scope]) -> APIRouter:
    """Return the routes of history.

    Args:
        scope_of: turns a request into the scope of its signed-in principal.
    """

    def series(request: Request) -> Response:
        """Answer `?signal=…&signal=…&from=…&to=…&width=…` in the binary format of `domain.chart`.

        `to` may be missing: now. Times are ISO 8601, Korean time where they say no offset, or seconds since 1970.
        The head of the answer says per signal, in the order asked for, how many readings the span holds
        (`X-Readings`) and the 1 % and 99 % quantile of their values (`X-Usual: low high, …`, `-` where none).
        """
        asked = request.query_params
        until = asked.get("to")
        lines = service.series(
            scope_of(request),
            _signals(request),
            moment(_needed(request, "from")),
            moment(until) if until else None,
            _width(_needed(request, "width")),
        )
        facts = {
            "X-Readings": ", ".join(str(line.readings) for line in lines),
            "X-Usual": ", ".join(
                f"{line.usual[0]!r} {line.usual[1]!r}" if line.usual else "-" for line in lines
            ),
        }
        return _answer(request, encode_series(lines), "application/octet-stream", facts)

    def last(request: Request) -> Response:
        """Answer `?signal=…&signal=…` with each signal's latest reading; all signals when none is named."""
        named = request.query_params.getlist("signal") or None
        body = orjson.dumps(
            {"readings": service.last(scope_of(request), named).to_dicts()}, option=orjson.OPT_UTC_Z
        )
        return _answer(request, body, "application/json")

    router = APIRouter()  # Its prefix would not reach plain routes.
    router.add_route("/api/v1/history/series", series, methods=["GET"])
    router.add_route("/api/v1/history/last", last, methods=["GET"])
    return router


def _answer(
    request: Request, body: bytes, media_type: str, facts: Mapping[str, str] | None = None
) -> Response:
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", **(facts or {})}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _signals(request: Request) -> list[str]:
    _needed(request, "signal")
    return request.query_params.getlist("signal")


def _needed(request: Request, name: str) -> str:
    value = request.query_params.get(name)
    if not value:
        raise Invalid("history.missing-parameter", name=name)
    return value


def _width(text: str) -> int:
    try:
        return int(text)
    except ValueError as wrong:
        raise Invalid("history.bad-number", name="width", text=text) from wrong
