"""Builds the ASGI app from the parts that `bootstrap.py` hands in."""

from collections.abc import Callable, Mapping, Sequence

import orjson
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import Lifespan

from jejo import __version__
from jejo.kernel.errors import Problem
from jejo.kernel.menu import menu_of
from jejo.kernel.settings import Settings
from jejo.web.assets import PREFIX
from jejo.web.frame import Frame
from jejo.web.language import LanguageChoice, known
from jejo.web.problems import Problems
from jejo.web.security import Shield, is_loopback

_MB = 1024 * 1024
# One request may carry several files, each up to the limit of one.
_FILES_PER_REQUEST = 4


def create_app(
    routers: Sequence[APIRouter],
    frame: Frame,
    settings: Settings,
    checks: Mapping[str, Callable[[], bool]] | None = None,
    lifespan: Lifespan[FastAPI] | None = None,
) -> FastAPI:
    """Return the app: the rooms' routes inside frame, menu, language choice, problems and safety.

    Args:
        routers: pages and APIs of the rooms; their marked functions make the menu.
        frame: draws pages; the same object whose `render` the rooms' pages got.
        checks: what must hold before this process can serve, by name; asked by `/health/ready`.
        lifespan: starts and stops what runs beside the app.
    """
    fallback = known(settings.language) or "ko"
    app = FastAPI(
        title="jejo",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # the documentation pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    for router in routers:
        app.include_router(router)
    app.include_router(_health({"assets": lambda: frame.assets.is_complete, **(checks or {})}))
    app.mount(PREFIX, frame.assets, name="static")
    frame.menu = menu_of(getattr(route, "endpoint", None) for router in routers for route in router.routes)

    frame.is_local = is_loopback(settings.host)

    problems = Problems(frame.render, frame.words, fallback)
    app.add_exception_handler(Problem, problems.of_problem)
    app.add_exception_handler(HTTPException, problems.of_http)
    app.add_exception_handler(RequestValidationError, problems.of_request)
    app.add_exception_handler(Exception, problems.of_bug)
    # The last one added is the outermost: language first, since also a refusal is said in the reader's language.
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=4)
    most_bytes = settings.upload_limit_mb * _MB * _FILES_PER_REQUEST
    app.add_middleware(Shield, host=settings.host, most_bytes=most_bytes, refuse=problems.answer)
    app.add_middleware(LanguageChoice, fallback=fallback)
    return app


def _health(checks: Mapping[str, Callable[[], bool]]) -> APIRouter:
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live")
    def live() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "pass"}

    @router.get("/ready")
    def ready() -> Response:
        """Say whether everything needed is there, by name; 503 when something is not."""
        states = {name: check() for name, check in checks.items()}
        body = {
            "status": "pass" if all(states.values()) else "fail",
            "checks": {name: "pass" if state else "fail" for name, state in states.items()},
        }
        return Response(
            orjson.dumps(body), 200 if all(states.values()) else 503, media_type="application/health+json"
        )

    return router
