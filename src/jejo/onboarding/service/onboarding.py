"""What pages and commands call: receive files, start the diagnosis, follow it, undo a step."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from jejo.accounts.domain import Scope
from jejo.kernel.errors import Invalid, NotFound
from jejo.kernel.files import LocalFiles
from jejo.kernel.ids import new_id
from jejo.kernel.jobs import Jobs, Payload
from jejo.kernel.texts import Language
from jejo.onboarding.domain.diagnosis import Diagnosis, Progress, ReportCard
from jejo.onboarding.domain.document import ReportDocument
from jejo.onboarding.domain.wishes import Stage, Wishes
from jejo.onboarding.service.diagnosing import DiagnosisService, Tell
from jejo.onboarding.service.reports import ReportService

WORK = "onboarding.diagnose"
"""Name of the registered work that `start` asks for."""


class OnboardingService:
    """The ten-minute path of one installation."""

    def __init__(
        self,
        diagnosing: DiagnosisService,
        reports: ReportService,
        files: LocalFiles,
        jobs: Jobs,
        upload_limit_mb: int,
        example: Path | None = None,
    ) -> None:
        self._diagnosing = diagnosing
        self._reports = reports
        self._files = files
        self._jobs = jobs
        self._limit_mb = upload_limit_mb
        self._example = example

    def receive(self, scope: Scope, name: str, content: Iterable[bytes]) -> str:
        """Keep an uploaded file as it is and return the upload's id.

        Raises:
            Invalid: `onboarding.empty-file`, `onboarding.too-large`; nothing is kept then.
        """
        shown = _safe(name)
        upload = f"{new_id()}/{shown}"
        self._files.put(f"uploads/{scope.organisation}/{upload}", self._within_limit(shown, content))
        return upload

    def _within_limit(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        size = 0
        for chunk in content:
            size += len(chunk)
            if size > self._limit_mb * 1_000_000:
                raise Invalid("onboarding.too-large", name=name, limit_mb=self._limit_mb)
            yield chunk
        if not size:
            raise Invalid("onboarding.empty-file", name=name)

    def start(
        self,
        scope: Scope,
        uploads: Sequence[str],
        *,
        label: str | None = None,
        time: str | None = None,
        equipment: str | None = None,
        without: Sequence[str] = (),
    ) -> str:
        """Start the diagnosis of uploads as one report and return the report's id."""
        if not uploads:
            raise Invalid("onboarding.no-files")
        report = new_id()
        wishes = Wishes(label or None, time or None, equipment or None, tuple(without))
        payload = {
            "organisation": scope.organisation,
            "person": scope.person,
            "uploads": list(uploads),
            "wishes": msgspec.to_builtins(wishes),
        }
        self._jobs.start(WORK, report, payload)
        return report

    def run(self, report: str, payload: Payload, tell: Tell) -> None:
        """Do the work of a started report; may be repeated after a crash."""
        scope = Scope(payload["organisation"], payload["person"])
        wishes = msgspec.convert(payload["wishes"], Wishes)
        uploads = tuple(payload["uploads"])
        paths = [self._files.path(f"uploads/{scope.organisation}/{upload}") for upload in uploads]
        self.diagnose(scope, paths, wishes, tell, report=report, uploads=uploads)

    def diagnose(
        self,
        scope: Scope,
        paths: Sequence[Path],
        wishes: Wishes,
        tell: Tell,
        *,
        report: str | None = None,
        uploads: Sequence[str] = (),
    ) -> tuple[str, Diagnosis]:
        """Diagnose files, keep the report, and return its id and what was found."""
        report = report or new_id()
        diagnosis = self._diagnosing.diagnose(scope, paths, wishes, tell)
        tell(Stage.KEEPING, 0.98)
        self._reports.keep(scope, report, diagnosis, wishes, uploads)
        tell(Stage.DONE, 1.0)
        return report, diagnosis

    def running(self, scope: Scope, report: str) -> Progress:
        """Return how far a started report is.

        Raises:
            NotFound: `onboarding.no-report` when it is unknown or of another organisation.
        """
        try:
            job = self._jobs.look(report)
        except NotFound as unknown:
            raise NotFound("onboarding.no-report", report=report) from unknown
        if job.payload.get("organisation") != scope.organisation:
            raise NotFound("onboarding.no-report", report=report)
        name = ", ".join(Path(upload).name for upload in job.payload["uploads"])
        stage = Stage(job.stage) if job.stage else Stage.RECEIVED
        return Progress(name, stage, job.done, job.started, job.state, job.problem)

    def cancel(self, scope: Scope, report: str) -> None:
        """Stop a running diagnosis; nothing of it is kept but the uploaded files."""
        self.running(scope, report)
        self._jobs.cancel(report)

    def undo(self, scope: Scope, report: str, key: str) -> str:
        """Read the files again without one automatic step and return the new report's id.

        Raises:
            NotFound: `onboarding.no-report`.
            Invalid: `onboarding.no-upload` when the report came from files that are not kept as uploads.
        """
        card = self._reports.card(scope, report)
        if not card.uploads:
            raise Invalid("onboarding.no-upload", name=card.name)
        wishes = card.wishes
        return self.start(
            scope,
            card.uploads,
            label=wishes.label,
            time=wishes.time,
            equipment=wishes.equipment,
            without=sorted({*wishes.without, key}),
        )

    def reports(self, scope: Scope) -> Sequence[ReportCard]:
        """Return all kept reports, newest first."""
        return self._reports.cards(scope)

    def document(self, scope: Scope, report: str, language: Language) -> ReportDocument:
        """Return a kept report, or raise NotFound `onboarding.no-report`."""
        return self._reports.document(scope, report, language)

    def rendered(self, scope: Scope, report: str, language: Language, form: str) -> tuple[bytes, str]:
        """Return a kept report as a file (`json`, `html`, `pdf`, `xlsx`), and its media type."""
        return self._reports.rendered(scope, report, language, form)

    def series(
        self,
        scope: Scope,
        report: str,
        table: int,
        signals: Sequence[str],
        *,
        start: float | None = None,
        end: float | None = None,
        width: int = 1000,
    ) -> bytes:
        """Return chart data of a kept report; see `ReportService.series`."""
        return self._reports.series(scope, report, table, signals, start=start, end=end, width=width)

    def example(self) -> Path | None:
        """Return the example file that a newcomer may try, if this installation has one."""
        return self._example


def _safe(name: str) -> str:
    """Return the last part of a name from a browser, printable, at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(character for character in last if character.isprintable()).strip(". ")
    stem, dot, suffix = printable.rpartition(".")
    return f"{stem[:100]}{dot}{suffix[:19]}" if stem else printable[:120] or "file"
