"""`jejo ai …`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import orjson
import polars as pl
import typer

from jejo.ai.service.anomalies import AnomalyService
from jejo.kernel.errors import Invalid
from jejo.kernel.texts import Texts, texts


def _korean() -> Texts:
    return texts("ko")


def commands(
    service: Callable[[], AnomalyService],
    read_table: Callable[[Path], pl.DataFrame],
    words: Callable[[], Texts] = _korean,
) -> typer.Typer:
    """Return the commands of the room.

    Args:
        service, words: called when a command runs, so that `--help` loads nothing.
        read_table: reads a file as it lies, rows in input order, numeric columns as numbers.
    """
    ai = typer.Typer(no_args_is_help=True)

    @ai.callback()
    def about() -> None:
        """Anomalies and causes."""

    @ai.command()
    def score(
        file: Annotated[
            Path, typer.Argument(help="Table of signals, rows in time order", show_default=False)
        ],
        fit_rows: Annotated[int, typer.Option(help="Rows at the start that are usual", show_default=False)],
        out: Annotated[Path, typer.Option(help="Parquet file to write", show_default=False)],
        drop: Annotated[list[str] | None, typer.Option(help="Column to leave out; may be repeated")] = None,
        detector: Annotated[
            str | None, typer.Option(help="One detector instead of the default panel")
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Summary as JSON on stdout")] = False,
    ) -> None:
        """Score every row causally, fitted on the first rows only: columns score (1 is the limit) and is_anomaly."""
        frame = _without(read_table(file), drop or [])
        signals = [name for name, kind in frame.schema.items() if kind.is_numeric()]
        scores = service().score(frame, signals, fit_rows, detector)
        scores.write_parquet(out)
        summary = {
            "rows": scores.height,
            "fit_rows": fit_rows,
            "signals": signals,
            "detector": detector,
            "anomalies": int(scores["is_anomaly"].sum()),
            "out": str(out),
        }
        if as_json:
            typer.echo(orjson.dumps(summary).decode())
            return
        said = words().text(
            "ai.cli.written", rows=scores.height, anomalies=summary["anomalies"], out=str(out)
        )
        typer.echo(said, err=True)

    @ai.command("detectors")
    def list_detectors(
        as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output")] = False,
    ) -> None:
        """List the detectors that --detector accepts."""
        names = service().names()
        typer.echo(orjson.dumps(names).decode() if as_json else "\n".join(names))

    return ai


def _without(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    for column in columns:
        if column not in frame.columns:
            raise Invalid("ai.unknown-column", column=column, known=frame.columns)
    return frame.drop(columns)
