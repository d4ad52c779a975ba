"""`jejo knowledge …`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from jejo.kernel.texts import Texts, texts
from jejo.knowledge.service import KnowledgeService

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output")]


def _korean() -> Texts:
    return texts("ko")


def commands(service: Callable[[], KnowledgeService], words: Callable[[], Texts] = _korean) -> typer.Typer:
    """Return the commands of the knowledge room.

    Args:
        service, words: called when a command runs, so that `--help` reads no package.
    """
    knowledge = typer.Typer(no_args_is_help=True)

    def show(
        entries: Sequence[object], as_json: bool, columns: Sequence[str], rows: Iterable[Sequence[str]]
    ) -> None:
        if as_json:
            typer.echo(msgspec.json.format(msgspec.json.encode(entries), indent=2).decode())
            return
        table = Table(*(words().text(f"knowledge.columns.{column}") for column in columns))
        for row in rows:
            table.add_row(*row)
        Console().print(table)

    @knowledge.callback()
    def about() -> None:
        """Concepts, units, process models, taxonomies."""

    @knowledge.command("concepts")
    def list_concepts(as_json: AsJson = False) -> None:
        """List the meanings that a column can have."""
        found = service().concepts()
        rows = (
            (each.id, ", ".join(each.ko), ", ".join(each.en), each.irdi.code if each.irdi else "")
            for each in found
        )
        show(found, as_json, ("id", "ko", "en", "irdi"), rows)

    @knowledge.command("units")
    def list_units(as_json: AsJson = False) -> None:
        """List the units, and how they are spelled."""
        found = service().units()
        rows = (
            (each.ucum, each.symbol, each.dimension, ", ".join((*each.exact, *each.aliases)))
            for each in found
        )
        show(found, as_json, ("ucum", "symbol", "dimension", "spellings"), rows)

    @knowledge.command("processes")
    def list_processes(as_json: AsJson = False) -> None:
        """List the process models."""
        found = service().process_models()
        rows = ((each.id, each.ko, each.en, str(len(each.stages)), str(len(each.data))) for each in found)
        show(found, as_json, ("id", "ko", "en", "stages", "data"), rows)

    @knowledge.command("cells")
    def list_cells(as_json: AsJson = False) -> None:
        """List the 35 manufacturing-AI cells."""
        found = service().cells()
        rows = ((each.code, each.example_ko, each.example_en, each.provenance) for each in found)
        show(found, as_json, ("id", "ko", "en", "provenance"), rows)

    @knowledge.command("packages")
    def list_packages(as_json: AsJson = False) -> None:
        """List the data packages with version, validity, source and licence."""
        found = service().packages()
        rows = (
            (each.name, each.version, each.valid_from.isoformat(), each.source, each.licence)
            for each in found
        )
        show(found, as_json, ("id", "version", "valid_from", "source", "licence"), rows)

    return knowledge
