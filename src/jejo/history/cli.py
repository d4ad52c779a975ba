"""`jejo history …`."""

from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import polars as pl
import typer

from jejo.accounts.domain import Scope
from jejo.history.domain.readings import moment
from jejo.history.service import HistoryService
from jejo.kernel.errors import Invalid
from jejo.kernel.texts import Texts, texts


class Format(StrEnum):
    """What `export` can write, by the file's ending."""

    PARQUET = ".parquet"
    CSV = ".csv"


def _korean() -> Texts:
    return texts("ko")


def commands(
    service: Callable[[], HistoryService], scope: Callable[[], Scope], words: Callable[[], Texts] = _korean
) -> typer.Typer:
    """Return the commands of history.

    Args:
        service, scope, words: called when a command runs, so that `--help` opens no database.
    """
    history = typer.Typer(no_args_is_help=True)
    as_json = Annotated[bool, typer.Option("--json", help="Machine-readable output")]

    @history.callback()
    def about() -> None:
        """Readings of signals over time."""

    @history.command()
    def export(
        signals: Annotated[list[str], typer.Argument(help="Ids of signals, see: jejo plant list")],
        start: Annotated[str, typer.Option("--from", help="ISO 8601; Korean time without offset")],
        out: Annotated[Path, typer.Option("--out", help="New file, .parquet or .csv")],
        end: Annotated[
            str | None, typer.Option("--to", help="Until before this time; now when missing")
        ] = None,
        json: as_json = False,
    ) -> None:
        """Write the readings of signals to a new file."""
        kind = _format(out)
        readings = service().read(scope(), signals, moment(start), moment(end) if end else None)
        try:
            with out.open("xb") as file:
                _write(readings, file, kind)
        except FileExistsError as there:
            raise Invalid("history.file-exists", file=str(out)) from there
        facts = {"readings": readings.height, "file": str(out)}
        typer.echo(orjson.dumps(facts) if json else words().text("history.exported", **facts))

    @history.command()
    def compact(json: as_json = False) -> None:
        """Move what has landed into the tables, and tidy days that lie in many files."""
        done = service().compact(scope())
        facts = {**asdict(done), "days": service().optimise(scope())}
        typer.echo(orjson.dumps(facts) if json else words().text("history.compacted", **facts))

    return history


def _format(out: Path) -> Format:
    try:
        return Format(out.suffix.lower())
    except ValueError as unknown:
        raise Invalid("history.unknown-format", file=str(out), known=list(Format)) from unknown


def _write(readings: pl.DataFrame, file: BinaryIO, kind: Format) -> None:
    match kind:
        case Format.PARQUET:
            readings.write_parquet(file)
        case Format.CSV:
            readings.write_csv(file)
