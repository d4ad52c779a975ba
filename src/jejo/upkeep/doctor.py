"""Looks at everything an installation needs, one check after the other; nothing is changed."""

import http.client
import re
import socket
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from jejo.kernel.clock import Clock
from jejo.kernel.errors import Fact, Invalid, Problem, Unavailable
from jejo.kernel.settings import Settings, local_path
from jejo.upkeep.backup import free_bytes
from jejo.upkeep.home import opened, organisations
from jejo.upkeep.migrations import known_migrations, present_revision
from jejo.web.assets import FOLDER

LEAST_FREE = 1_000_000_000
"""Bytes on disk: two of the largest files that are accepted."""

MOST_WAITING = 1 << 30
"""Bytes in the landing log, a quarter of what it takes."""

EARLIEST = datetime.fromisoformat("2026-01-01T00:00Z")
"""Before this version was made."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; the words are at `upkeep.doctor.<check>.<outcome>`, for a problem also a next step."""

    check: str
    outcome: str
    is_fine: bool
    facts: dict[str, Fact] = field(default_factory=dict)


def examine(
    settings: Settings, clock: Clock, waiting: Callable[[list[str]], int], assets: Path = FOLDER
) -> list[Finding]:
    """Return what every check found.

    Args:
        waiting: returns the bytes in the landing log of these organisations.
        assets: folder of the browser's parts.
    """
    return [
        _python(),
        _libraries(),
        _home(settings),
        _disk(settings),
        *stores(settings),
        *_waiting(settings, waiting),
        _browser_parts(assets),
        _fonts(assets),
        _port(settings),
        _clock(settings, clock),
    ]


def stores(settings: Settings) -> list[Finding]:
    """Return what the checks of everything kept found."""
    return [
        _database(settings),
        _sqlite(settings, "log"),
        *_tables(settings),
        _sqlite(settings, "jobs"),
    ]


def _python() -> Finding:
    shown = ".".join(str(part) for part in sys.version_info[:3])
    is_fine = sys.version_info >= (3, 11)
    return Finding("python", "fine" if is_fine else "old", is_fine, {"version": shown})


def _libraries() -> Finding:
    try:
        wanted = [line for line in requires("jejo") or () if "extra ==" not in line]
    except PackageNotFoundError:
        return Finding("libraries", "unknown", is_fine=False)
    wrong = []
    for line in wanted:
        found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?>=([0-9.]+)", line)
        if found is None:
            continue
        try:
            there = version(found[1])
        except PackageNotFoundError:
            wrong.append(f"{found[1]} –")
            continue
        if _numbers(there) < _numbers(found[2]):
            wrong.append(f"{found[1]} {there} < {found[2]}")
    if wrong:
        return Finding("libraries", "wrong", is_fine=False, facts={"libraries": wrong})
    return Finding("libraries", "fine", is_fine=True, facts={"count": len(wanted)})


def _numbers(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text)][:3]


def _home(settings: Settings) -> Finding:
    home = settings.at_home("").absolute()
    there = next(each for each in (home, *home.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            return Finding("home", "fine", is_fine=True, facts={"folder": str(home)})
    except OSError as wrong:
        return Finding("home", "locked", is_fine=False, facts={"folder": str(home), "reason": str(wrong)})


def _disk(settings: Settings) -> Finding:
    free = free_bytes(settings.at_home("").absolute())
    is_fine = free >= LEAST_FREE
    return Finding("disk", "fine" if is_fine else "low", is_fine, {"gigabytes": round(free / 1e9, 1)})


def _database(settings: Settings) -> Finding:
    newest = known_migrations()[-1].revision
    if settings.url("database").startswith("sqlite"):
        whole = _sqlite(settings, "database")
        if whole.outcome != "fine":
            return whole
    try:
        present = present_revision(settings)
    except (Unavailable, Invalid) as wrong:
        return Finding("database", "damaged", is_fine=False, facts={"reason": str(wrong.facts)})
    facts: dict[str, Fact] = {"present": present or "–", "newest": newest}
    if present == newest:
        return Finding("database", "fine", is_fine=True, facts=facts)
    return Finding("database", "newer" if (present or "") > newest else "older", is_fine=False, facts=facts)


def _sqlite(settings: Settings, name: str) -> Finding:
    try:
        path = local_path(settings.url(name))
    except Problem:
        return Finding(name, "elsewhere", is_fine=True)
    if not path.is_file():
        return Finding(name, "none", is_fine=True)
    try:
        with opened(path) as connection:
            told = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as wrong:
        told = str(wrong)
    if told != "ok":
        return Finding(name, "damaged", is_fine=False, facts={"reason": told})
    return Finding(name, "fine", is_fine=True)


def _tables(settings: Settings) -> Iterator[Finding]:
    try:
        history = local_path(settings.url("history"))
    except Problem:
        yield Finding("tables", "elsewhere", is_fine=True)
        return
    names = [each for each in organisations(history) if (history / each / "readings").is_dir()]
    files = 0
    for name in names:
        folder = history / name / "readings"
        try:
            files += _whole_files(folder)
        except (OSError, ValueError) as wrong:
            yield Finding(
                "tables", "damaged", is_fine=False, facts={"folder": str(folder), "reason": str(wrong)}
            )
            return
    yield Finding("tables", "fine", is_fine=True, facts={"tables": len(names), "files": files})


def _whole_files(folder: Path) -> int:
    """Return how many files a table has, each read as far as its description; raise OSError or ValueError."""
    import polars as pl
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        table = DeltaTable(folder)
        actions = pl.DataFrame(table.get_add_actions(flatten=True))
        for path, size in actions.select("path", "size_bytes").iter_rows():
            file = folder / path
            if file.stat().st_size != size:
                raise ValueError(str(file))
            pl.read_parquet_schema(file)
    except (DeltaError, pl.exceptions.PolarsError) as wrong:
        raise ValueError(str(wrong)) from wrong
    return actions.height


def _waiting(settings: Settings, waiting: Callable[[list[str]], int]) -> Iterator[Finding]:
    if _sqlite(settings, "log").outcome != "fine":
        return
    try:
        history = local_path(settings.url("history"))
    except Problem:
        # Said by the check of the tables.
        return
    size = waiting(organisations(history))
    is_fine = size <= MOST_WAITING
    yield Finding("waiting", "fine" if is_fine else "behind", is_fine, {"megabytes": round(size / 1e6, 1)})


def _browser_parts(assets: Path) -> Finding:
    is_fine = (assets / "vendor" / "stamp").is_file()
    return Finding("browser", "fine" if is_fine else "missing", is_fine, {"folder": str(assets / "vendor")})


def _fonts(assets: Path) -> Finding:
    folder = assets / "vendor" / "fonts"
    is_fine = all((folder / f"Pretendard-{weight}.otf").is_file() for weight in ("Regular", "Bold"))
    return Finding("fonts", "fine" if is_fine else "missing", is_fine, {"folder": str(folder)})


def _port(settings: Settings) -> Finding:
    facts: dict[str, Fact] = {"address": f"{settings.host}:{settings.port}"}
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            return Finding("port", "free", is_fine=True, facts=facts)
        except OSError:
            is_ours = _answers(settings)
    return Finding("port", "running" if is_ours else "taken", is_fine=is_ours, facts=facts)


def _answers(settings: Settings) -> bool:
    with closing(http.client.HTTPConnection(settings.host, settings.port, timeout=3)) as connection:
        try:
            connection.request("GET", "/health/live")
            answer = connection.getresponse()
            return answer.status == 200 and answer.read(200) == b'{"status":"pass"}'
        except (OSError, http.client.HTTPException):
            return False


def _clock(settings: Settings, clock: Clock) -> Finding:
    now = clock()
    kept = [settings.at_home(name) for name in ("jejo.db", "landing.db", "jobs.db")]
    last = [datetime.fromtimestamp(each.stat().st_mtime, UTC) for each in kept if each.is_file()]
    is_fine = now >= max([EARLIEST, *last]) - timedelta(hours=1)
    return Finding("clock", "fine" if is_fine else "behind", is_fine, {"now": now})
