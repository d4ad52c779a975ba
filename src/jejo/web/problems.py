"""Problems as people and programs get them: a page, a fragment, or RFC 9457 `application/problem+json`."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from jejo.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Unauthenticated, Unavailable
from jejo.kernel.ids import new_id
from jejo.kernel.texts import Language, Texts
from jejo.web.security import HEADERS

STATUS: dict[type[Problem], int] = {
    Invalid: 422,
    Unauthenticated: 401,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Unavailable: 503,
}
"""The six kinds; whatever is not one of them is a bug, 500."""

_OF_HTTP: dict[int, Callable[[], Problem]] = {
    401: lambda: Unauthenticated("web.sign-in"),
    403: lambda: Forbidden("web.forbidden"),
    404: lambda: NotFound("web.no-page"),
    405: lambda: NotFound("web.no-such-act"),
    413: lambda: Invalid("web.too-large"),
}
"""What the framework refuses by number, in our words."""

_log = logging.getLogger(__name__)


class Render(Protocol):
    """Draws a template inside the frame."""

    def __call__(
        self, request: Request, template: str, /, *, status: int = 200, **context: object
    ) -> Response: ...


def wants_page(request: Request) -> bool:
    """Return whether a person is reading: browsers name HTML, programs do not."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")


class Problems:
    """Answers with a problem in the reader's language.

    Args:
        words: texts of a language.
        fallback: the language where the request never got as far as choosing one.
    """

    def __init__(self, render: Render, words: Callable[[Language], Texts], fallback: Language) -> None:
        self._render = render
        self._words = words
        self._fallback = fallback

    def answer(self, request: Request, problem: Problem, status: int | None = None) -> Response:
        """Return the page, fragment or JSON of a problem."""
        texts = self._words(getattr(request.state, "language", self._fallback))
        status = status or STATUS.get(type(problem), 500)
        detail, hint = texts.problem(problem)
        title = texts.text(f"web.kinds.{type(problem).__name__.lower()}")
        if wants_page(request):
            part = "problem_part" if request.headers.get("hx-request") else "problem"
            return self._render(
                request,
                f"web/{part}.html",
                status=status,
                title=title,
                detail=detail,
                hint=hint,
                code=problem.code,
            )
        body = {
            "type": f"urn:jejo:problem:{problem.code}",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": request.url.path,
            "code": problem.code,
            "hint": hint,
        }
        return Response(orjson.dumps(body), status, media_type="application/problem+json")

    async def of_problem(self, request: Request, error: Exception) -> Response:
        """Answer one of our own problems."""
        if not isinstance(error, Problem):
            raise error
        return self.answer(request, error)

    async def of_http(self, request: Request, error: Exception) -> Response:
        """Answer what the framework refused."""
        if not isinstance(error, HTTPException):
            raise error
        if made := _OF_HTTP.get(error.status_code):
            return self.answer(request, made(), error.status_code)
        return self.answer(
            request, Invalid("web.refused", reason=HTTPStatus(error.status_code).phrase), error.status_code
        )

    async def of_request(self, request: Request, error: Exception) -> Response:
        """Answer a request whose fields are missing or of the wrong form."""
        if not isinstance(error, RequestValidationError):
            raise error
        fields = [".".join(str(part) for part in each["loc"][1:]) for each in error.errors()]
        return self.answer(request, Invalid("web.bad-fields", fields=fields))

    async def of_bug(self, request: Request, error: Exception) -> Response:
        """Answer a bug: a number to tell us, never a trace; the server logs the trace with that number."""
        incident = new_id()
        # The server logs the exception itself, once; the note ties its trace to the number the reader sees.
        error.add_note(f"incident {incident}")
        _log.error("unexpected failure", extra={"incident": incident, "path": request.url.path})
        response = self.answer(request, Problem("web.unexpected", incident=incident), 500)
        # This answer is made outside of every layer, so it brings the safety headers along.
        response.headers.update(HEADERS)
        return response
