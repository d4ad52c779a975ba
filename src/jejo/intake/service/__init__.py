"""Reads a factory file as it is, keeps the original, and returns understood tables."""

import tempfile
import time as stopwatch
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Protocol

import polars as pl

from jejo.accounts.domain import Scope
from jejo.intake.domain.limits import Limits
from jejo.intake.domain.meaning import ConceptLookup
from jejo.intake.domain.raw import Raw
from jejo.intake.domain.sniffing import ending_differs, format_of
from jejo.intake.domain.table import Finding, Intake, Role, Source, Step, Table
from jejo.intake.domain.understanding import Wishes, understand
from jejo.intake.service.child import parse
from jejo.intake.service.unpacking import unpacked
from jejo.kernel.clock import Clock, utc_now
from jejo.kernel.errors import Invalid, NotFound, Problem

__all__ = ["IntakeService", "Limits", "Originals", "Progress"]

Progress = Callable[[float, str], None]
"""Called with 0…1 and the code of what is being done: texts `intake.progress.<code>`."""

_QUIET_S = 0.1


ROW_STEPS = (
    "rows.blank",
    "rows.header-again",
    "rows.notes",
    "rows.totals",
    "table.widened",
    "time.misdated-midnight",
    "time.reversed",
    "time.rows-without",
    "time.sorted",
)
"""Automatic steps that add, drop or move rows."""


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
        if file_format == "zip":
            return self._archive(path, scope, wishes, tell)
        tables, encoding = self._one(path, path.name, file_format, wishes, tell)
        _check_names(tables, time, label)
        intakes = (self._kept(path, path.name, tables, encoding, scope, tell),)
        tell(1.0, "done")
        return intakes

    def rows_as_they_lie(self, path: Path, *, scope: Scope) -> pl.DataFrame:
        """Return a file's first table with every row in its place, and as numbers whatever is a number.

        No row is added, dropped or moved; what a column is for does not matter. For scores that must line up with
        the rows of the file.
        """
        undone: set[str] = set()
        while True:
            table = self.read(path, scope=scope, without=undone)[0].tables[0]
            moving = {step.key for step in table.steps if step.code in ROW_STEPS and step.undoable}
            if moving <= undone:
                break
            undone |= moving
        personal = set(table.named(Role.PERSONAL))
        return table.frame.with_columns(
            numbers
            for name, kind in table.frame.schema.items()
            if kind == pl.String and name not in personal
            for numbers in [table.frame[name].cast(pl.Float64, strict=False)]
            if numbers.null_count() == table.frame[name].null_count() < table.frame.height
        )

    def _archive(self, path: Path, scope: Scope, wishes: Wishes, tell: "_Steady") -> tuple[Intake, ...]:
        """Read every data file first, keep the originals only when nothing was refused on the way."""
        with tempfile.TemporaryDirectory(prefix="jejo-zip-") as folder:
            members = list(unpacked(path, Path(folder), self._limits, lambda: tell(0.02, "unpacking")))
            if not members:
                raise Invalid("intake.empty", name=path.name)
            formats, refused = self._formats(members)
            read: list[tuple[Path, str, list[Table], str]] = []
            for number, (name, member, file_format) in enumerate(formats):
                part = tell.part(number / len(formats), (number + 1) / len(formats))
                try:
                    tables, encoding = self._one(member, name, file_format, wishes, part)
                    read.append((member, name, tables, encoding))
                except Invalid as problem:
                    # A manual or a picture beside the data is no reason to refuse the data.
                    refused.append((name, problem))
            if not read:
                raise refused[0][1]
            if refused:
                left = Finding("archive.left-out", {"names": [name for name, _ in refused]}, len(refused))
                first = read[0][2]
                first[0] = _with(first[0], findings=(left,))
            _check_names([table for _, _, tables, _ in read for table in tables], wishes.time, wishes.label)
            intakes = tuple(
                self._kept(member, name, tables, encoding, scope, tell)
                for member, name, tables, encoding in read
            )
        tell(1.0, "done")
        return intakes

    def _formats(
        self, members: list[tuple[str, Path]]
    ) -> tuple[list[tuple[str, Path, str]], list[tuple[str, Problem]]]:
        formats: list[tuple[str, Path, str]] = []
        refused: list[tuple[str, Problem]] = []
        for name, member in members:
            try:
                file_format = format_of(member, self._limits)
            except Invalid as problem:
                if problem.code in _DANGERS:
                    raise
                refused.append(
                    (name, Invalid(problem.code, **{**problem.facts, "name": PurePosixPath(name).name}))
                )
                continue
            if file_format == "zip":
                raise Invalid("intake.nested-archive", name=PurePosixPath(name).name)
            formats.append((name, member, file_format))
        return formats, refused

    def _one(
        self, path: Path, name: str, file_format: str, wishes: Wishes, tell: "_Steady"
    ) -> tuple[list[Table], str]:
        tell(0.02, "parsing")
        raw = parse(path, file_format, self._limits, lambda share: tell(0.02 + 0.48 * share, "parsing"))
        tables = self._tables(raw, name, wishes, tell)
        if not tables:
            raise Invalid("intake.no-table", name=PurePosixPath(name).name)
        notes: list[Step] = list(raw.steps)
        if ending_differs(name, file_format):
            facts = {"format": file_format, "name": PurePosixPath(name).name}
            notes.insert(0, Step("file.other-format", facts, undoable=False))
        found = {table.name for table in tables}
        skipped = [sheet.name for sheet in raw.sheets if len(raw.sheets) > 1 and sheet.name not in found]
        if skipped:
            notes.append(Step("sheets.skipped", {"names": skipped, "count": len(skipped)}, undoable=False))
        tables[0] = _with(tables[0], steps=tuple(notes), findings=raw.findings)
        return tables, _excel_kind(path) if file_format == "excel" else raw.encoding

    def _kept(
        self, path: Path, name: str, tables: list[Table], encoding: str, scope: Scope, tell: "_Steady"
    ) -> Intake:
        tell(0.97, "keeping")
        digest = self._originals.keep(scope, path)
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


_DANGERS = frozenset({"intake.bomb", "intake.entry-name", "intake.too-many-entries"})


class _Steady:
    """Forwards progress, never backwards, within a part of the whole."""

    def __init__(
        self,
        progress: Progress | None,
        low: float = 0.0,
        high: float = 1.0,
        reached: list[float] | None = None,
    ) -> None:
        self._progress = progress
        self._low, self._high = low, high
        # Shared by all parts: the highest share told so far, and when.
        self._reached = [0.0, 0.0] if reached is None else reached

    def __call__(self, share: float, code: str) -> None:
        if self._progress is None:
            return
        now = stopwatch.monotonic()
        whole = self._low + (self._high - self._low) * min(1.0, max(0.0, share))
        if 0.0 < whole < 1.0 and now - self._reached[1] < _QUIET_S:
            return
        self._reached[:] = [max(self._reached[0], whole), now]
        self._progress(self._reached[0], code)

    def part(self, low: float, high: float) -> "_Steady":
        """Return the same for a part that runs from `low` to `high` of this one."""
        width = self._high - self._low
        return _Steady(self._progress, self._low + width * low, self._low + width * high, self._reached)


def _with(table: Table, steps: tuple[Step, ...] = (), findings: tuple[Finding, ...] = ()) -> Table:
    return replace(table, steps=(*steps, *table.steps), findings=(*findings, *table.findings))


def _excel_kind(path: Path) -> str:
    with path.open("rb") as file:
        return "xlsx" if file.read(2) == b"PK" else "xls"


def _check_names(tables: Sequence[Table], *wanted: str | None) -> None:
    known = [column.name for table in tables for column in table.columns]
    for name in wanted:
        # A unit found in the cells may have been added to the name; a clock column is part of its date now.
        joined = any(
            step.facts["time"] == name
            for table in tables
            for step in table.steps
            if step.code == "time.joined"
        )
        if (
            name is not None
            and name not in known
            and not joined
            and not any(each.startswith(f"{name} (") for each in known)
        ):
            raise Invalid("intake.no-such-column", name=name, known=list(dict.fromkeys(known)))
