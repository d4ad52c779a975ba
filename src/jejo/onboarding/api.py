"""JSON and chart-data routes of first reports."""

from collections.abc import Callable

from fastapi import APIRouter, Query, Request, Response

from jejo.accounts.domain import Scope
from jejo.kernel.texts import Language
from jejo.onboarding.service import OnboardingService


def routes(
    service: OnboardingService,
    scope_of: Callable[[Request], Scope],
    language_of: Callable[[Request], Language],
) -> APIRouter:
    """Return the routes below `/api/v1/reports`."""
    router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

    @router.get("")
    def reports(request: Request) -> list[dict[str, object]]:
        """List kept reports, newest first."""
        return [
            {
                "id": card.id,
                "name": card.name,
                "made_at": card.made_at.isoformat(),
                "rows": card.rows,
                "anomalies": card.anomalies,
                "quality": card.quality,
            }
            for card in service.reports(scope_of(request))
        ]

    @router.get("/{report}")
    def document(request: Request, report: str) -> Response:
        """Return one report as `jejo diagnose --json` prints it."""
        content, media_type = service.rendered(scope_of(request), report, language_of(request), "json")
        return Response(content, media_type=media_type)

    @router.get("/{report}/tables/{table}/series")
    def series(
        request: Request,
        report: str,
        table: int,
        signal: list[str] = Query(min_length=1, max_length=20),  # noqa: B008  # FastAPI's way
        start: float | None = Query(None, alias="from"),
        end: float | None = Query(None, alias="to"),
        width: int = 1000,
    ) -> Response:
        """Return signals reduced to `width` pixels in the binary form of the history room."""
        content = service.series(scope_of(request), report, table, signal, start=start, end=end, width=width)
        return Response(
            content, media_type="application/octet-stream", headers={"Cache-Control": "private, max-age=3600"}
        )

    return router
