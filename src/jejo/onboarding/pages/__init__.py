"""HTML routes of the ten-minute path: drop a file, follow the reading, see the report."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import quote

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from jejo.accounts.domain import Scope
from jejo.kernel.clock import utc_now
from jejo.kernel.errors import Invalid, NotFound
from jejo.kernel.jobs import JobState
from jejo.kernel.menu import MenuEntry, in_menu
from jejo.kernel.texts import Language, texts
from jejo.onboarding.domain.diagnosis import Progress
from jejo.onboarding.domain.document import ReportDocument
from jejo.onboarding.pages.view import FUNCTIONS, STAGES, report_view
from jejo.onboarding.service import OnboardingService

_CHUNK = 1 << 20
_LATEST = 5
_LISTED = 100


class Render(Protocol):
    """Draws a template inside the frame, in the language of the request."""

    def __call__(
        self, request: Request, template: str, /, *, status: int = 200, **context: object
    ) -> Response: ...


def pages(
    service: OnboardingService,
    render: Render,
    scope_of: Callable[[Request], Scope],
    upload_limit_mb: int = 500,
) -> APIRouter:
    """Return the pages of uploads and reports.

    Args:
        upload_limit_mb: told to the browser, so that a file that is too large is never sent; `service` enforces it.
    """
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    @router.get("/upload")
    @in_menu(
        MenuEntry(
            path="/upload",
            group="data",
            text="onboarding.pages.menu.upload",
            icon="upload",
            order=10,
            aliases=("/",),
            short="onboarding.pages.menu.upload-short",
        )
    )
    def upload(request: Request) -> Response:
        cards = service.reports(scope_of(request))
        example = service.example()
        return render(
            request,
            "onboarding/upload.html",
            latest=cards[:_LATEST],
            has_more=len(cards) > _LATEST,
            example=None if example is None else example.name,
            limit_mb=upload_limit_mb,
        )

    @router.post("/upload")
    def receive(
        request: Request,
        files: list[UploadFile] = File(default_factory=list),  # noqa: B008  # FastAPI's way
        label: str = Form(""),
        time: str = Form(""),
        equipment: str = Form(""),
    ) -> Response:
        scope = scope_of(request)
        given = [(file.filename, file.file) for file in files if file.filename]
        if not given:
            raise Invalid("onboarding.no-files")
        uploads = [service.receive(scope, name, _chunks(content)) for name, content in given]
        report = service.start(
            scope,
            uploads,
            label=label.strip() or None,
            time=time.strip() or None,
            equipment=equipment.strip() or None,
        )
        return _to_report(report)

    @router.post("/upload/example")
    def try_example(request: Request) -> Response:
        example = service.example()
        if example is None:
            raise Invalid("onboarding.no-files")
        return _to_report(_start_with(service, scope_of(request), example))

    @router.get("/reports")
    @in_menu(
        MenuEntry(
            path="/reports",
            group="ai",
            text="onboarding.pages.menu.reports",
            icon="file-chart-column",
            order=10,
            short="onboarding.pages.menu.reports-short",
        )
    )
    def reports(request: Request) -> Response:
        cards = service.reports(scope_of(request))
        return render(request, "onboarding/reports.html", cards=cards[:_LISTED], total=len(cards))

    # Before `/reports/{report}`, which would take the suffix for a part of the id.
    @router.get("/reports/{report}.{form}")
    def download(request: Request, report: str, form: str) -> Response:
        language = _language(request)
        document = service.document(scope_of(request), report, language)
        content, media_type = service.rendered(scope_of(request), report, language, form)
        name = f"{Path(document.source.name).stem}-report.{form}"
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(content, media_type=media_type, headers=headers)

    @router.get("/reports/{report}")
    def show(
        request: Request,
        report: str,
        table: int = Query(0, ge=0),
        everything: list[str] = Query(default_factory=list, alias="all"),  # noqa: B008  # FastAPI's way
    ) -> Response:
        scope = scope_of(request)
        try:
            document = service.document(scope, report, _language(request))
        except NotFound:
            # Not kept yet: it is being made, or it failed; an unknown one raises again here.
            progress = service.running(scope, report)
            if progress.state is not JobState.DONE:
                return render(
                    request, "onboarding/progress.html", status=200, **_progress(request, report, progress)
                )
            document = service.document(scope, report, _language(request))
        return _report(request, render, report, document, table, everything)

    @router.get("/reports/{report}/progress")
    def follow(request: Request, report: str) -> Response:
        progress = service.running(scope_of(request), report)
        if progress.state is not JobState.RUNNING:
            return Response(headers={"HX-Redirect": f"/reports/{report}"})
        return render(
            request, "onboarding/progress_part.html", status=200, **_progress(request, report, progress)
        )

    @router.post("/reports/{report}/cancel")
    def cancel(request: Request, report: str) -> Response:
        service.cancel(scope_of(request), report)
        return _to_report(report)

    @router.post("/reports/{report}/undo")
    def undo(request: Request, report: str, key: str = Form()) -> Response:
        return _to_report(service.undo(scope_of(request), report, key))

    return router


def _language(request: Request) -> Language:
    language: Language = request.state.language
    return language


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    while chunk := content.read(_CHUNK):
        yield chunk


def _start_with(service: OnboardingService, scope: Scope, file: Path) -> str:
    with file.open("rb") as content:
        upload = service.receive(scope, file.name, _chunks(content))
    return service.start(scope, [upload])


def _to_report(report: str) -> RedirectResponse:
    # 303: the browser asks for the page anew, so that reloading it sends nothing again.
    return RedirectResponse(f"/reports/{report}", status_code=303)


def _progress(request: Request, report: str, progress: Progress) -> dict[str, object]:
    problem = None if progress.problem is None else texts(_language(request)).problem(progress.problem)
    elapsed = timedelta(seconds=int((utc_now() - progress.started).total_seconds()))
    return {
        "report": report,
        "progress": progress,
        "state": progress.state.value,
        "elapsed": elapsed,
        "problem": problem,
    }


def _report(
    request: Request,
    render: Render,
    report: str,
    document: ReportDocument,
    table: int,
    everything: Sequence[str],
) -> Response:
    if table >= len(document.tables):
        raise NotFound("onboarding.no-table", table=table)
    view = report_view(document, table, frozenset(everything))
    context = {"report": report, "document": document, "stages": STAGES, "functions": FUNCTIONS}
    return render(request, "onboarding/report.html", status=200, view=view, **context)
