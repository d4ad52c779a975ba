"""`jejo diagnose`, and the process that a server's job runs in."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from jejo.accounts.domain import Scope
from jejo.kernel.errors import Invalid, Problem
from jejo.kernel.texts import LANGUAGES, Language, texts
from jejo.onboarding.domain.wishes import Stage, Wishes

if TYPE_CHECKING:
    from jejo.onboarding.domain.document import ReportDocument
    from jejo.onboarding.service import OnboardingService

MOST_FINDINGS = 6
"""Lines in the short form; the report itself holds all."""

Service = Callable[[], "OnboardingService"]


def diagnose_command(
    service: Service, scope: Callable[[], Scope], default_language: Callable[[], str]
) -> Callable[..., None]:
    """Return the command `jejo diagnose`."""

    def diagnose(
        files: Annotated[
            list[Path], typer.Argument(help="CSV, Excel, Parquet, JSON lines, or a zip of them")
        ],
        as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON")] = False,
        html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file")] = None,
        pdf: Annotated[Path | None, typer.Option(help="Write the report as PDF")] = None,
        xlsx: Annotated[Path | None, typer.Option(help="Write the report as an Excel workbook")] = None,
        label: Annotated[str | None, typer.Option(help="Column to explain, e.g. OK/NG")] = None,
        time_column: Annotated[str | None, typer.Option("--time", help="Column that holds the time")] = None,
        equipment: Annotated[str | None, typer.Option(help="Name of the machine")] = None,
        without: Annotated[
            list[str] | None, typer.Option(help="Key of an automatic step to leave out")
        ] = None,
        lang: Annotated[str | None, typer.Option(help="ko or en")] = None,
    ) -> None:
        """Understand factory files and print the first report on each."""
        language = _language(lang or default_language())
        told = _Told(language)
        told(Stage.RECEIVED, 0.0)
        wishes = Wishes(label, time_column, equipment, tuple(without or ()))
        documents = []
        onboarding = service()
        for path in files:
            if not path.is_file():
                raise Invalid("onboarding.not-a-file", name=str(path))
            report, _ = onboarding.diagnose(scope(), [path], wishes, told)
            documents.append(onboarding.document(scope(), report, language))
            for target, form in ((html, "html"), (pdf, "pdf"), (xlsx, "xlsx")):
                if target is not None:
                    content, _ = onboarding.rendered(scope(), report, language, form)
                    _write(_numbered(target, len(documents), len(files)), content)
        told.close()
        if as_json:
            contents = [
                onboarding.rendered(scope(), cast(str, each.id), language, "json")[0] for each in documents
            ]
            sys.stdout.write(
                contents[0].decode() if len(files) == 1 else f"[{b','.join(contents).decode()}]\n"
            )
        else:
            for document in documents:
                sys.stdout.write(_summary(document, language))

    return diagnose


def commands(service: Service) -> typer.Typer:
    """Return the group `jejo onboarding`."""
    group = typer.Typer(help="First reports on dropped files", hidden=True, no_args_is_help=True)

    @group.command()
    def work(job: str) -> None:
        """Do the work of one job; its payload comes by standard input, its progress goes to standard output."""

        def tell(stage: Stage, done: float) -> None:
            sys.stdout.write(json.dumps({"stage": stage.value, "done": round(done, 4)}) + "\n")
            sys.stdout.flush()

        tell(Stage.RECEIVED, 0.0)
        try:
            service().run(job, json.loads(sys.stdin.read()), tell)
        except Problem as problem:
            facts = {
                name: value if isinstance(value, (int, float, str, list)) else str(value)
                for name, value in problem.facts.items()
            }
            sys.stdout.write(
                json.dumps(
                    {"problem": {"kind": type(problem).__name__, "code": problem.code, "facts": facts}}
                )
                + "\n"
            )

    return group


def _language(name: str) -> Language:
    if name not in LANGUAGES:
        raise Invalid("kernel.bad-setting", name="lang", value=name, expected=", ".join(LANGUAGES))
    return name


def _numbered(target: Path, number: int, of: int) -> Path:
    return target if of == 1 else target.with_stem(f"{target.stem}-{number}")


def _write(target: Path, content: bytes) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    except OSError as wrong:
        part.unlink(missing_ok=True)
        raise Invalid("onboarding.cannot-save", name=str(target), reason=str(wrong.strerror)) from wrong


class _Told:
    """Progress on standard error: one line that grows on a terminal, a line per stage elsewhere."""

    def __init__(self, language: Language) -> None:
        self._texts = texts(language)
        self._terminal = sys.stderr.isatty()
        self._started = time.perf_counter()
        self._last: tuple[Stage | None, float] = (None, -1.0)

    def __call__(self, stage: Stage, done: float) -> None:
        if self._last[0] is stage and done - self._last[1] < 0.05:
            return
        self._last = (stage, done)
        seconds = round(time.perf_counter() - self._started, 1)
        line = f"{done:4.0%} {self._texts.text(f'onboarding.stages.{stage}')} {seconds} s"
        sys.stderr.write(f"\r\x1b[K{line}" if self._terminal else f"{line}\n")
        sys.stderr.flush()

    def close(self) -> None:
        if self._terminal:
            sys.stderr.write("\r\x1b[K")


def _summary(document: "ReportDocument", language: Language) -> str:
    """Return what a person wants to read first, as plain lines."""
    words = texts(language)
    lines = [words.text("onboarding.cli.title", name=document.source.name, seconds=document.seconds)]
    for number, action in enumerate(document.next_actions, 1):
        lines.append(f"  {number}. {action.text}")
    for table in document.tables:
        lines += [
            "",
            words.text(
                "onboarding.cli.table",
                name=table.name,
                kind=table.kind_text,
                rows=table.rows,
                columns=len(table.columns),
                quality=table.quality.score,
            ),
        ]
        lines += [f"  - {step.text}" for step in table.steps]
        lines += [f"  ! {finding.text}" for finding in table.findings[:MOST_FINDINGS]]
        if len(table.findings) > MOST_FINDINGS:
            lines.append(
                words.text("onboarding.cli.more_findings", count=len(table.findings) - MOST_FINDINGS)
            )
        lines += [f"  ~ {anomaly.text}" for anomaly in table.anomalies[:5]]
        if not table.anomalies:
            lines.append(f"  ~ {table.anomalies_text}")
        if table.label is not None:
            lines.append(f"  = {table.label.text}")
            lines += [f"    · {driver.text}" for driver in table.label.drivers[:5]]
            lines += [f"    × {leak.why}" for leak in table.label.leaks]
        ready = [f"{cell.name} ({cell.cell})" for cell in table.readiness if cell.state == "ready"]
        nearly = [
            f"{cell.name} ({cell.cell}): {' '.join(cell.missing)}"
            for cell in table.readiness
            if cell.state == "nearly"
        ]
        lines.append(words.text("onboarding.cli.ready", cells=ready or ["-"]))
        lines += [f"    … {each}" for each in nearly[:5]]
    return "\n".join(lines) + "\n"
