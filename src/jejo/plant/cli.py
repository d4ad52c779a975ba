"""`jejo plant …`."""

from collections.abc import Callable
from typing import Annotated

import orjson
import typer
from rich.console import Console
from rich.table import Table

from jejo.accounts.domain import Scope
from jejo.kernel.texts import Texts, texts
from jejo.plant.service import PlantService


def _korean() -> Texts:
    return texts("ko")


def commands(
    service: Callable[[], PlantService], scope: Callable[[], Scope], words: Callable[[], Texts] = _korean
) -> typer.Typer:
    """Return the commands of the plant.

    Args:
        service, scope, words: called when a command runs, so that `--help` opens no database.
    """
    plant = typer.Typer(no_args_is_help=True)

    @plant.callback()
    def about() -> None:
        """Sites, lines, equipment and signals."""

    @plant.command("list")
    def list_equipment(
        as_json: Annotated[bool, typer.Option("--json", help="Machine-readable output")] = False,
    ) -> None:
        """List all equipment with its signals."""
        machines = service().equipment(scope())
        if as_json:
            typer.echo(orjson.dumps(machines, option=orjson.OPT_INDENT_2).decode())
            return
        say = words().text
        columns = ("site", "line", "equipment", "signal", "unit", "concept", "id")
        table = Table(*(say(f"plant.columns.{column}") for column in columns))
        for machine in machines:
            site = machine.line.site.name or say("plant.unnamed.site")
            line = machine.line.name or say("plant.unnamed.line")
            for signal in machine.signals:
                table.add_row(
                    site, line, machine.name, signal.name, signal.unit or "", signal.concept or "", signal.id
                )
        Console().print(table if table.row_count else say("plant.nothing-yet"))

    return plant
