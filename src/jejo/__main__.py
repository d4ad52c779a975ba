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
) -> None:
    """Start the product: pages at http://127.0.0.1:8424 unless told otherwise."""
    from jejo.bootstrap import serve
    from jejo.kernel.settings import read_settings

    serve(read_settings(flags={"host": host, "port": port}))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def _scope() -> Any:
    return _house().scope()


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


def _words() -> Any:
    from jejo.kernel.texts import texts

    return texts(_language())


ADD = {
    "diagnose": _add_diagnose,
    "ai": _add_ai,
    "history": _add_history,
    "knowledge": _add_knowledge,
    "onboarding": _add_onboarding,
    "plant": _add_plant,
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
