"""A copy of everything in one file, taken while the product runs.

All databases are copied as they were at one moment. The tables of signals stand still meanwhile: the landing log
then holds exactly what the tables lack, and no position of a table is ahead of the log, which would make the
restored product take later readings for old ones. Files are only ever added, so they are copied last.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from jejo import __version__
from jejo.kernel.clock import Clock
from jejo.kernel.errors import Conflict, Invalid, Unavailable
from jejo.kernel.files import sync_folder
from jejo.kernel.settings import Settings, local_path
from jejo.upkeep.home import DATABASES, home_of, is_passing, opened, organisations

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20

Hold = Callable[[str], AbstractContextManager[bool]]
"""Holds the tables of an organisation as they are; False while somebody else changes them."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Args:
        version: of the product that made it.
        created: ISO 8601, UTC.
        members: by path below the home folder.
    """

    format: int
    version: str
    created: str
    members: dict[str, Member]

    @property
    def bytes(self) -> int:
        """Size of all files together."""
        return sum(member.bytes for member in self.members.values())


def back_up(settings: Settings, target: Path, hold: Hold, clock: Clock, patience: float = 60.0) -> Manifest:
    """Write a new file that `restore` takes; under its name it is whole or not there.

    Args:
        patience: seconds to wait for a compaction that is under way.
    Raises:
        Invalid: `upkeep.stores-elsewhere`.
        Conflict: `upkeep.file-exists`.
        Unavailable: `upkeep.nothing-to-copy`, `upkeep.busy`, `upkeep.cannot-write`.
    """
    home = home_of(settings)
    if not home.is_dir():
        raise Unavailable("upkeep.nothing-to-copy", home=str(home))
    if target.exists():
        raise Conflict("upkeep.file-exists", file=str(target))
    created = clock().isoformat()
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.absolute().parent) as folder:
            part = Path(folder) / "part"
            members = _write(settings, home, part, hold, (time.monotonic() + patience, target.absolute()))
            manifest = Manifest(FORMAT, __version__, created, members)
            with zipfile.ZipFile(part, "a", zipfile.ZIP_STORED) as archive:
                archive.writestr(zipfile.ZipInfo(MANIFEST), json.dumps(asdict(manifest), indent=1))
            # Everything is in it, also what is for few eyes.
            part.chmod(0o600)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(target)
            sync_folder(target.absolute().parent)
    except (OSError, sqlite3.Error) as wrong:
        raise Unavailable("upkeep.cannot-write", file=str(target), reason=str(wrong)) from wrong
    return manifest


def _write(
    settings: Settings, home: Path, part: Path, hold: Hold, until: tuple[float, Path]
) -> dict[str, Member]:
    deadline, target = until
    history = local_path(settings.url("history"))
    databases = tuple(local_path(settings.url(name)) for name in DATABASES)
    members: dict[str, Member] = {}
    with zipfile.ZipFile(part, "x", zipfile.ZIP_STORED) as archive, ExitStack() as held:
        still: set[str] = set()
        while True:
            _hold_all(organisations(history), still, hold, deadline, held)
            with ExitStack() as moment:
                views = _views([each for each in databases if each.is_file()], deadline, moment)
                # Who got tables since they were listed may have emptied the log before we looked: look again.
                if not set(organisations(history)) <= still:
                    continue
                for path, view in views.items():
                    members[path.relative_to(home).as_posix()] = _add_database(
                        archive, home, path, view, part
                    )
                break
        for path in _plain_files(home, databases):
            inside = path.relative_to(history).parts if path.is_relative_to(history) else ()
            is_late = bool(inside) and inside[0] not in still
            if not is_late and not path.is_relative_to(part.parent) and path != target:
                with path.open("rb") as source:
                    members[path.relative_to(home).as_posix()] = _add(archive, home, path, source)
    return members


def _hold_all(names: Sequence[str], still: set[str], hold: Hold, deadline: float, held: ExitStack) -> None:
    for name in names:
        while name not in still:
            with ExitStack() as attempt:
                if attempt.enter_context(hold(name)):
                    still.add(name)
                    held.push(attempt.pop_all())
                elif time.monotonic() > deadline:
                    raise Unavailable("upkeep.busy")
            if name not in still:
                time.sleep(0.02)


def _views(paths: Sequence[Path], deadline: float, moment: ExitStack) -> dict[Path, sqlite3.Connection]:
    """Return connections that all see the same moment, in which nobody was writing to any of them."""
    while True:
        try:
            with ExitStack() as pause, ExitStack() as reading:
                for path in paths:
                    pause.enter_context(opened(path)).execute("BEGIN IMMEDIATE")
                views = {path: reading.enter_context(opened(path)) for path in paths}
                for view in views.values():
                    view.execute("BEGIN")
                    # The first query, not BEGIN, fixes the view.
                    view.execute("SELECT count(*) FROM sqlite_master").fetchone()
                moment.push(reading.pop_all())
                return views
        except sqlite3.OperationalError as refused:
            # Two writers may each wait for what the other holds: letting go lets them finish.
            if refused.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            if time.monotonic() > deadline:
                raise Unavailable("upkeep.busy") from refused


def _add_database(
    archive: zipfile.ZipFile, home: Path, path: Path, view: sqlite3.Connection, part: Path
) -> Member:
    copy = part.with_name("database")
    with closing(sqlite3.connect(copy)) as target:
        view.backup(target)
    with copy.open("rb") as source:
        member = _add(archive, home, path, source)
    copy.unlink()
    return member


def _plain_files(home: Path, databases: tuple[Path, ...]) -> Iterator[Path]:
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink() and not is_passing(path, databases):
            yield path


def _add(archive: zipfile.ZipFile, home: Path, path: Path, source: IO[bytes]) -> Member:
    digest = hashlib.sha256()
    size = 0
    name = zipfile.ZipInfo(path.relative_to(home).as_posix())
    with archive.open(name, "w", force_zip64=True) as sink:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            sink.write(chunk)
    return Member(digest.hexdigest(), size)


@contextmanager
def reading_backup(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """Open a backup whose list of members is what is in it; digests are for the caller to check.

    Raises:
        Invalid: `upkeep.not-a-backup`, `upkeep.newer-backup`.
    """
    with ExitStack() as open_files:
        try:
            archive = open_files.enter_context(zipfile.ZipFile(path))
            manifest = _manifest(json.loads(archive.read(MANIFEST)))
            names = [each.filename for each in archive.infolist()]
            if sorted(names) != sorted([*manifest.members, MANIFEST]):
                raise ValueError("members differ from the manifest")
        except (zipfile.BadZipFile, KeyError, TypeError, ValueError, OSError, EOFError) as wrong:
            raise Invalid("upkeep.not-a-backup", file=str(path), reason=str(wrong)) from wrong
        yield archive, manifest


def _manifest(content: dict[str, object]) -> Manifest:
    members = content["members"]
    if not isinstance(members, dict):
        raise TypeError("members")
    number = content["format"]
    if not isinstance(number, int) or number > FORMAT:
        raise Invalid("upkeep.newer-backup", version=str(content.get("version")))
    listed = {name: Member(str(each["sha256"]), int(each["bytes"])) for name, each in members.items()}
    return Manifest(number, str(content["version"]), str(content["created"]), listed)


def free_bytes(folder: Path) -> int:
    """Return the room left where a folder is or will be."""
    there = next(each for each in (folder, *folder.parents) if each.exists())
    return shutil.disk_usage(there).free
