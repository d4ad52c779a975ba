"""Settings: one frozen dataclass, from file, then `JEJO_*`, then flags; read once in `bootstrap.py`."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path

from jejo.kernel.errors import Invalid


def _setting(default: Any, explanation: str, unit: str = "") -> Any:
    return field(default=default, metadata={"help": explanation, "unit": unit})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between a laptop and a cluster. Empty URLs mean: below `home`."""

    home: str = _setting("", "Folder of everything kept on this machine; empty: the user's data folder")
    database: str = _setting("", "Documents and workflow: sqlite:///… or postgresql+psycopg://…", "URL")
    files: str = _setting("", "Originals and exports: file:///…", "URL")
    history: str = _setting("", "Signal tables (Delta): file:///…", "URL")
    log: str = _setting("", "Landing log of readings: sqlite:///…", "URL")
    jobs: str = _setting("", "Long jobs: sqlite:///… or postgresql+psycopg://…", "URL")
    host: str = _setting("127.0.0.1", "Address the product listens on")
    port: int = _setting(8424, "Port the product listens on")
    language: str = _setting("ko", "Language where the reader names none: ko or en")
    upload_limit_mb: int = _setting(500, "Largest file that is accepted", "MB")
    read_memory_mb: int = _setting(6000, "Address space of the process that reads a file", "MB")
    read_seconds: int = _setting(300, "Processor time of the process that reads a file", "s")

    def at_home(self, name: str) -> Path:
        """Return a path below the home folder."""
        home = Path(self.home).expanduser() if self.home else user_data_path("jejo", appauthor=False)
        return home / name

    def url(self, name: str) -> str:
        """Return the URL of a store, with the embedded default where the setting is empty."""
        given = str(getattr(self, name))
        if given:
            return given
        path = self.at_home({"database": "jejo.db", "log": "landing.db", "jobs": "jobs.db"}.get(name, name))
        return f"sqlite:///{path}" if name in {"database", "log", "jobs"} else path.absolute().as_uri()


def local_path(url: str) -> Path:
    """Return the path of a `file:///` or `sqlite:///` URL.

    Raises:
        Invalid: `kernel.bad-setting` for any other scheme.
    """
    scheme, _, rest = url.partition(":///")
    if scheme == "sqlite":
        return Path(rest)
    if scheme == "file":
        return Path(unquote(urlsplit(url).path))
    raise Invalid("kernel.bad-setting", name="url", value=url, expected="file:///… , sqlite:///…")


def read_settings(
    environment: Mapping[str, str] | None = None, flags: Mapping[str, Any] | None = None
) -> Settings:
    """Return the settings of this run.

    Args:
        environment: defaults to the process environment; `JEJO_SETTINGS` may name a TOML file.
        flags: values of the command line; None means not given.
    Raises:
        Invalid: `kernel.unknown-setting` or `kernel.bad-setting`.
    """
    environment = os.environ if environment is None else environment
    chosen: dict[str, Any] = {}
    if path := environment.get("JEJO_SETTINGS"):
        chosen |= tomllib.loads(Path(path).read_text(encoding="utf-8"))
    known = {each.name: each for each in fields(Settings)}
    chosen |= {
        name: environment[f"JEJO_{name.upper()}"] for name in known if f"JEJO_{name.upper()}" in environment
    }
    chosen |= {name: value for name, value in (flags or {}).items() if value is not None}
    for name, value in chosen.items():
        if name not in known:
            raise Invalid("kernel.unknown-setting", name=name, known=sorted(known))
        if known[name].type in (int, "int"):
            try:
                chosen[name] = int(value)
            except ValueError as wrong:
                raise Invalid("kernel.bad-setting", name=name, value=value, expected="1, 2, 3 …") from wrong
    return replace(Settings(), **chosen)
