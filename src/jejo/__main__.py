"""The `jejo` command: errors become two lines and an exit code."""

import itertools
import json
import logging
import os
import sys
from functools import cache
from typing import Annotated, Any

# Our matrices are small: a second BLAS thread only waits for the first, and on a busy machine for long.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import typer  # noqa: E402

from jejo import __version__  # noqa: E402
from jejo.kernel.clock import utc_now  # noqa: E402
from jejo.kernel.errors import Problem  # noqa: E402

app = typer.Typer(
    help="제조AI 24: from raw factory files to explained anomalies, causes and a plan.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)


@cache
def _house() -> Any:
    from jejo.bootstrap import House
    from jejo.kernel.settings import read_settings

    return House(read_settings())


@app.command()
def up(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; only loopback is open without accounts")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on")] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="With a simulated die-casting cell: 30 days of it, then live")
    ] = False,
) -> None:
    """Start the product: pages at http://127.0.0.1:8424 unless told otherwise."""
    from jejo.bootstrap import serve
    from jejo.kernel.settings import read_settings

    serve(read_settings(flags={"host": host, "port": port}), with_demo=demo)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _scope() -> Any:
    return _house().scope()


def _add_accounts() -> None:
    from jejo.accounts.cli import commands

    app.add_typer(commands(lambda: _house().accounts, _scope, _words), name="accounts")


def _add_diagnose() -> None:
    from jejo.onboarding.cli import diagnose_command

    language = lambda: _house().settings.language  # noqa: E731  # asked only where the command says nothing
    app.command()(diagnose_command(lambda: _house().onboarding, _scope, language))


def _add_ai() -> None:
    from jejo.ai.cli import commands

    app.add_typer(
        commands(lambda: _house().anomalies, lambda path: _house().plain_table(path), _words), name="ai"
    )


def _add_history() -> None:
    from jejo.history.cli import commands

    app.add_typer(commands(lambda: _house().history, _scope, _words), name="history")


def _add_knowledge() -> None:
    from jejo.knowledge.cli import commands

    app.add_typer(commands(lambda: _house().knowledge, _words), name="knowledge")


def _add_onboarding() -> None:
    from jejo.onboarding.cli import commands

    app.add_typer(commands(lambda: _house().onboarding), name="onboarding")


def _add_plant() -> None:
    from jejo.plant.cli import commands

    app.add_typer(commands(lambda: _house().plant, _scope, _words), name="plant")


def _add_backup() -> None:
    from dataclasses import replace

    from jejo.upkeep.cli import backup_command

    def hold(organisation: str) -> Any:
        return _house().history.at_rest(replace(_scope(), organisation=organisation))

    app.command()(backup_command(_settings, hold, _words, utc_now))


def _add_restore() -> None:
    from jejo.upkeep.cli import restore_command

    app.command("restore")(restore_command(_settings, _words, utc_now))


def _add_doctor() -> None:
    from dataclasses import replace

    from jejo.upkeep.cli import doctor_command

    def waiting(organisations: list[str]) -> int:
        mine = {_scope().organisation, *organisations}
        scopes = [replace(_scope(), organisation=each) for each in mine]
        return sum(_house().history.debt(each).bytes for each in scopes)

    app.command()(doctor_command(_settings, waiting, _words, utc_now))


def _add_upgrade() -> None:
    from jejo.upkeep.cli import upgrade_command

    app.command()(upgrade_command(_settings, lambda: _house().engine, _words))


def _settings() -> Any:
    from jejo.kernel.settings import read_settings

    return read_settings()


def _words() -> Any:
    from jejo.kernel.texts import texts

    return texts(_language())


ADD = {
    "accounts": _add_accounts,
    "diagnose": _add_diagnose,
    "ai": _add_ai,
    "history": _add_history,
    "knowledge": _add_knowledge,
    "onboarding": _add_onboarding,
    "plant": _add_plant,
    "backup": _add_backup,
    "restore": _add_restore,
    "doctor": _add_doctor,
    "upgrade": _add_upgrade,
}
"""The commands of the rooms. Only the one asked for is imported: a progress line must come within a second."""


def main() -> None:
    """Run the command line; exit codes are those of `kernel.errors`, 2 for wrong usage, 70 for a bug."""
    logging.basicConfig(level=os.environ.get("JEJO_LOG_LEVEL", "WARNING").upper(), stream=sys.stderr)
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    for add in [ADD[asked]] if asked in ADD else ADD.values():
        add()
    try:
        app()
    except Problem as problem:
        from jejo.kernel.texts import texts

        message, hint = texts(_language()).problem(problem)
        sys.stderr.write(f"error[{problem.code}]: {_line(message)}\nhint: {_line(hint)}\n")
        raise SystemExit(problem.exit_code) from None
    except Exception:  # whatever else gets here is a bug: its trace goes to the log, 70 to the shell
        logging.getLogger(__name__).exception("bug")
        raise SystemExit(70) from None


def _language() -> Any:
    """Return `--lang` of this command, before the command itself has read it, else the setting."""
    from jejo.kernel.settings import read_settings
    from jejo.kernel.texts import LANGUAGES

    words = sys.argv[1:]
    named = [after for word, after in itertools.pairwise(words) if word == "--lang"]
    named += [word.partition("=")[2] for word in words if word.startswith("--lang=")]
    try:
        named.append(read_settings().language)
    except Problem:
        named.append("ko")
    return next((language for language in named if language in LANGUAGES), "ko")


def _line(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"')


if __name__ == "__main__":
    main()
