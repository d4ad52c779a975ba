"""Reads a factory file as it is, keeps the original, and returns understood tables."""

import tempfile
import time as stopwatch
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol

from jejo.accounts.domain import Scope
from jejo.intake.domain.limits import Limits
from jejo.intake.domain.meaning import ConceptLookup
from jejo.intake.domain.raw import Raw
from jejo.intake.domain.sniffing import ending_differs, format_of
from jejo.intake.domain.table import Finding, Intake, Source, Step, Table
from jejo.intake.domain.understanding import Wishes, understand
from jejo.intake.service.child import parse
from jejo.intake.service.unpacking import unpacked
from jejo.kernel.clock import Clock, utc_now
from jejo.kernel.errors import Invalid, NotFound, Problem

__all__ = ["IntakeService", "Limits", "Originals", "Progress"]

Progress = Callable[[float, str], None]
"""Called with 0…1 and the code of what is being done: texts `intake.progress.<code>`."""

_QUIET_S = 0.3


class Originals(Protocol):
    """Where originals are kept, content-addressed."""

    def keep(self, scope: Scope, path: Path) -> str:
        """Keep a copy and return its SHA-256."""
        ...

    def path_of(self, scope: Scope, sha256: str) -> Path:
        """Return where a kept original lies."""
        ...


class IntakeService:
    """Understands factory files.

    Args:
        clock: for years that nobody wrote down.
    """

    def __init__(
        self, concepts: ConceptLookup, originals: Originals, limits: Limits, *, clock: Clock = utc_now
    ) -> None:
        self._concepts = concepts
        self._originals = originals
        self._limits = limits
        self._clock = clock

    def read(
        self,
        path: Path,
        *,
        scope: Scope,
        without: Collection[str] = (),
        time: str | None = None,
        label: str | None = None,
        progress: Progress | None = None,
    ) -> tuple[Intake, ...]:
        """Return what a file turned into: one intake per data file, so a zip gives several.

        Args:
            without: `Step.key` of steps to leave out, for reading again after an undo.
            time, label: columns the user names.
            progress: called at least every half second, first before anything is parsed.

        Raises:
            NotFound: `intake.no-file`.
            Invalid: what is wrong with the file, each with a next step; `intake.no-such-column` when a named column is
                in none of the tables.
        """
        tell = _Steady(progress)
        tell(0.0, "checking")
        if not path.is_file():
            raise NotFound("intake.no-file", name=path.name)
        wishes = Wishes(frozenset(without), time, label)
        file_format = format_of(path, self._limits)
        if file_format != "zip":
            intakes: tuple[Intake, ...] = (self._one(path, path.name, file_format, scope, wishes, tell),)
        else:
            intakes = self._archive(path, scope, wishes, tell)
        _check_names(intakes, time, label)
        tell(1.0, "done")
        return intakes

    def _archive(self, path: Path, scope: Scope, wishes: Wishes, tell: "_Steady") -> tuple[Intake, ...]:
        intakes: list[Intake] = []
        refused: list[tuple[str, Problem]] = []
        with tempfile.TemporaryDirectory(prefix="jejo-zip-") as folder:
            members = list(unpacked(path, Path(folder), self._limits, lambda: tell(0.02, "unpacking")))
            for number, (name, member) in enumerate(members):
                part = tell.part(number / len(members), (number + 1) / len(members))
                try:
                    file_format = format_of(member, self._limits)
                    if file_format == "zip":
                        raise Invalid("intake.nested-archive", name=PurePosixPath(name).name)
                    intakes.append(self._one(member, name, file_format, scope, wishes, part))
                except Invalid as problem:
                    # A picture or a manual beside the data is no reason to refuse the data; danger is.
                    if problem.code in _DANGERS:
                        raise
                    refused.append((name, problem))
        if not intakes:
            if refused:
                raise refused[0][1]
            raise Invalid("intake.empty", name=path.name)
        left = Finding("archive.left-out", {"names": [name for name, _ in refused]}, len(refused))
        if refused:
            first = intakes[0]
            told = first.tables[0]
            noted = _with(told, findings=(left,))
            intakes[0] = Intake(first.source, (noted, *first.tables[1:]))
        return tuple(intakes)

    def _one(
        self, path: Path, name: str, file_format: str, scope: Scope, wishes: Wishes, tell: "_Steady"
    ) -> Intake:
        tell(0.02, "parsing")
        raw = parse(path, file_format, self._limits, lambda share: tell(0.02 + 0.48 * share, "parsing"))
        tables = self._tables(raw, name, wishes, tell)
        if not tables:
            raise Invalid("intake.no-table", name=PurePosixPath(name).name)
        notes: list[Step] = list(raw.steps)
        if ending_differs(name, file_format):
            notes.insert(
                0,
                Step(
                    "file.other-format",
                    {"format": file_format, "name": PurePosixPath(name).name},
                    undoable=False,
                ),
            )
        skipped = [sheet.name for sheet in raw.sheets if sheet.name not in {table.name for table in tables}]
        if skipped:
            notes.append(Step("sheets.skipped", {"names": skipped, "count": len(skipped)}, undoable=False))
        tables[0] = _with(tables[0], steps=tuple(notes), findings=raw.findings)
        tell(0.97, "keeping")
        digest = self._originals.keep(scope, path)
        encoding = raw.encoding if file_format != "excel" else _excel_kind(path)
        return Intake(Source(name, digest, path.stat().st_size, encoding), tuple(tables))

    def _tables(self, raw: Raw, name: str, wishes: Wishes, tell: "_Steady") -> list[Table]:
        tables: list[Table] = []
        now = self._clock()
        for number, sheet in enumerate(raw.sheets):
            part = tell.part(
                0.5 + 0.46 * number / len(raw.sheets), 0.5 + 0.46 * (number + 1) / len(raw.sheets)
            )
            table = understand(
                sheet,
                PurePosixPath(name).stem,
                wishes,
                self._concepts,
                now,
                partial(part, code="understanding"),
            )
            if table is not None:
                # A text file's sheet is called after the temporary or given file; the archive knows the real name.
                tables.append(
                    table if raw.encoding == "excel" else replace(table, name=PurePosixPath(name).stem)
                )
        return tables


_DANGERS = frozenset(
    {
        "intake.bomb",
        "intake.entry-name",
        "intake.too-many-entries",
        "intake.nested-archive",
        "intake.no-such-column",
    }
)


class _Steady:
    """Forwards progress, never backwards, within a part of the whole."""

    def __init__(self, progress: Progress | None, low: float = 0.0, high: float = 1.0) -> None:
        self._progress = progress
        self._low, self._high = low, high
        self._last = 0.0

    def __call__(self, share: float, code: str) -> None:
        if self._progress is None:
            return
        now = stopwatch.monotonic()
        if 0.0 < share < 1.0 and now - self._last < _QUIET_S / 3:
            return
        self._last = now
        self._progress(self._low + (self._high - self._low) * min(1.0, max(0.0, share)), code)

    def part(self, low: float, high: float) -> "_Steady":
        """Return the same for a part that runs from `low` to `high` of this one."""
        width = self._high - self._low
        return _Steady(self._progress, self._low + width * low, self._low + width * high)


def _with(table: Table, steps: tuple[Step, ...] = (), findings: tuple[Finding, ...] = ()) -> Table:
    return replace(table, steps=(*steps, *table.steps), findings=(*findings, *table.findings))


def _excel_kind(path: Path) -> str:
    with path.open("rb") as file:
        return "xlsx" if file.read(2) == b"PK" else "xls"


def _check_names(intakes: tuple[Intake, ...], *wanted: str | None) -> None:
    known = [column.name for intake in intakes for table in intake.tables for column in table.columns]
    for name in wanted:
        if name is not None and name not in known and not any(each.startswith(f"{name} (") for each in known):
            raise Invalid("intake.no-such-column", name=name, known=list(dict.fromkeys(known)))
