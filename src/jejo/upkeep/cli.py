"""`jejo backup`, `jejo restore`, `jejo doctor`, `jejo upgrade`."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from jejo.kernel.clock import Clock
from jejo.kernel.errors import Fact
from jejo.kernel.settings import Settings
from jejo.kernel.texts import Texts
from jejo.upkeep.backup import Hold, back_up
from jejo.upkeep.doctor import Finding, examine, stores
from jejo.upkeep.migrations import pending
from jejo.upkeep.restore import restore

AsJson = Annotated[bool, typer.Option("--json", help="Machine-readable output")]


def backup_command(
    settings: Callable[[], Settings], hold: Hold, words: Callable[[], Texts], clock: Clock
) -> Callable[..., None]:
    """Return `jejo backup`."""

    def backup(
        file: Annotated[Path, typer.Argument(help="New file")],
        json: AsJson = False,
    ) -> None:
        """Copy everything kept into one file; the product may go on running."""
        made = back_up(settings(), file, hold, clock)
        facts = {"file": str(file), "files": len(made.members), "megabytes": round(made.bytes / 1e6, 1)}
        typer.echo(orjson.dumps(facts) if json else words().text("upkeep.backed_up", **facts))

    return backup


def restore_command(
    settings: Callable[[], Settings], words: Callable[[], Texts], clock: Clock
) -> Callable[..., None]:
    """Return `jejo restore`."""

    def restore_backup(
        file: Annotated[Path, typer.Argument(help="File that `jejo backup` wrote")],
        is_sure: Annotated[bool, typer.Option("--yes", help="Replace what is kept now")] = False,
        is_dry: Annotated[bool, typer.Option("--dry-run", help="Only check the file")] = False,
        json: AsJson = False,
    ) -> None:
        """Put a backup back; what is kept now is moved aside, not deleted."""
        say = words()

        def wrong_in(fresh: Settings) -> list[str]:
            # An older database is brought up to date by the next start.
            found = [each for each in stores(fresh) if not each.is_fine and each.outcome != "older"]
            return [_told(each, say) for each in found]

        done = restore(settings(), file, wrong_in, clock, is_sure=is_sure, is_dry=is_dry)
        facts: dict[str, Fact] = {
            "files": len(done.manifest.members),
            "version": done.manifest.version,
            "created": datetime.fromisoformat(done.manifest.created),
            "home": str(done.home),
            "aside": str(done.aside) if done.aside else "–",
        }
        key = "upkeep.would_restore" if is_dry else "upkeep.restored"
        typer.echo(orjson.dumps(facts) if json else say.text(key, **facts))

    return restore_backup


def doctor_command(
    settings: Callable[[], Settings],
    waiting: Callable[[list[str]], int],
    words: Callable[[], Texts],
    clock: Clock,
) -> Callable[..., None]:
    """Return `jejo doctor`."""

    def doctor(json: AsJson = False) -> None:
        """Check everything the product needs; exit code 1 when there is something to do."""
        found = examine(settings(), clock, waiting)
        say = words()
        if json:
            listed = [
                {
                    "check": each.check,
                    "outcome": each.outcome,
                    "is_fine": each.is_fine,
                    "text": _told(each, say),
                    "next": None if each.is_fine else _next(each, say),
                }
                for each in found
            ]
            typer.echo(orjson.dumps(listed, option=orjson.OPT_INDENT_2))
        else:
            for each in found:
                typer.echo(f"{'✓' if each.is_fine else '✗'} {_told(each, say)}")
                if not each.is_fine:
                    typer.echo(f"  → {_next(each, say)}")
        if not all(each.is_fine for each in found):
            raise typer.Exit(1)

    return doctor


def upgrade_command(
    settings: Callable[[], Settings], run: Callable[[], object], words: Callable[[], Texts]
) -> Callable[..., None]:
    """Return `jejo upgrade`."""

    def upgrade(
        is_dry: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done")] = False,
        json: AsJson = False,
    ) -> None:
        """Bring the database to this version; every start does so by itself."""
        steps = pending(settings())
        if not is_dry and steps:
            run()
        say = words()
        if json:
            typer.echo(orjson.dumps([asdict(each) for each in steps], option=orjson.OPT_INDENT_2))
            return
        if not steps:
            typer.echo(say.text("upkeep.up_to_date"))
            return
        typer.echo(say.text("upkeep.would_upgrade" if is_dry else "upkeep.upgraded", count=len(steps)))
        for each in steps:
            typer.echo(f"  {each.revision}  {each.about} {each.does}".rstrip())

    return upgrade


def _told(finding: Finding, say: Texts) -> str:
    return say.text(f"upkeep.doctor.{finding.check}.{finding.outcome}", **finding.facts)


def _next(finding: Finding, say: Texts) -> str:
    return say.text(f"upkeep.next.{finding.check}.{finding.outcome}", **finding.facts)
