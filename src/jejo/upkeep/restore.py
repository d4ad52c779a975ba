"""Puts a backup back: everything is unpacked and examined beside the home folder before anything is moved."""

import hashlib
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jejo.kernel.clock import Clock
from jejo.kernel.errors import Conflict, Invalid, Unavailable
from jejo.kernel.files import sync_folder
from jejo.kernel.settings import Settings, local_path
from jejo.upkeep.backup import CHUNK, Manifest, Member, free_bytes, reading_backup
from jejo.upkeep.home import DATABASES, at, home_of, opened

Examine = Callable[[Settings], Sequence[str]]
"""Returns in words what is wrong with the stores that settings name."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done, or would be.

    Args:
        aside: where the home that was there before lies now; None when there was none.
    """

    manifest: Manifest
    home: Path
    aside: Path | None


def restore(
    settings: Settings, path: Path, examine: Examine, clock: Clock, *, is_sure: bool, is_dry: bool
) -> Restored:
    """Make the home folder what it was when the backup was made; a home that is there is moved aside.

    Args:
        is_sure: a home that holds something may be replaced.
        is_dry: only check the backup, whole.
    Raises:
        Invalid: `upkeep.not-a-backup`, `upkeep.newer-backup`, `upkeep.damaged`, `upkeep.unsound`,
            `upkeep.stores-elsewhere`.
        Conflict: `upkeep.home-not-empty`, `upkeep.in-use`.
        Unavailable: `upkeep.no-room`, `upkeep.cannot-write`.
    """
    home = home_of(settings)
    is_filled = home.is_dir() and any(home.iterdir())
    with reading_backup(path) as (archive, manifest):
        for name in manifest.members:
            _refuse_outside(name, path)
        if is_dry:
            for name, member in manifest.members.items():
                _copy(archive, name, member, None, path)
            return Restored(manifest, home, _aside(home, clock) if is_filled else None)
        if is_filled and not is_sure:
            raise Conflict("upkeep.home-not-empty", home=str(home))
        if (free := free_bytes(home.parent)) < manifest.bytes:
            raise Unavailable("upkeep.no-room", needed=manifest.bytes, free=free, folder=str(home.parent))
        _refuse_in_use(settings)
        try:
            home.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{home.name}.restoring-", dir=home.parent) as folder:
                fresh = Path(folder) / "home"
                fresh.mkdir()
                for name, member in manifest.members.items():
                    _copy(archive, name, member, fresh / name, path)
                if problems := examine(at(settings, fresh)):
                    raise Invalid("upkeep.unsound", file=str(path), problems=list(problems))
                aside = _swap(home, fresh, _aside(home, clock) if is_filled else None)
        except (OSError, sqlite3.Error) as wrong:
            raise Unavailable("upkeep.cannot-write", file=str(home), reason=str(wrong)) from wrong
    return Restored(manifest, home, aside)


def _aside(home: Path, clock: Clock) -> Path:
    return home.with_name(f"{home.name}.before-{clock():%Y%m%d-%H%M%S-%f}")


def _swap(home: Path, fresh: Path, aside: Path | None) -> Path | None:
    if aside is not None:
        home.rename(aside)
    elif home.is_dir():
        home.rmdir()
    try:
        fresh.rename(home)
    except OSError:
        if aside is not None:
            aside.rename(home)
        raise
    sync_folder(home.parent)
    return aside


def _refuse_outside(name: str, path: Path) -> None:
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or "\\" in name or ":" in name or "\0" in name:
        raise Invalid("upkeep.not-a-backup", file=str(path), reason=name)


def _refuse_in_use(settings: Settings) -> None:
    """A running product would go on writing into the home that is moved aside."""
    for name in DATABASES:
        place = local_path(settings.url(name))
        if not place.is_file():
            continue
        try:
            with opened(place) as connection:
                mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
                # Only who is alone may leave the mode in which readers and writers share a file.
                connection.execute("PRAGMA journal_mode=DELETE")
                connection.execute(f"PRAGMA journal_mode={mode}")
        except sqlite3.OperationalError as refused:
            if refused.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise Conflict("upkeep.in-use", home=str(place.parent)) from refused
            raise Unavailable("upkeep.cannot-write", file=str(place), reason=str(refused)) from refused
        except sqlite3.DatabaseError:
            # A damaged database is in nobody's use, and the reason to restore.
            continue


def _copy(archive: zipfile.ZipFile, name: str, member: Member, target: Path | None, path: Path) -> None:
    digest = hashlib.sha256()
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, (target or Path(os.devnull)).open("wb") as sink:
        try:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                sink.write(chunk)
        except zipfile.BadZipFile as wrong:
            raise Invalid("upkeep.damaged", file=str(path), member=name) from wrong
        if target is not None:
            sink.flush()
            os.fsync(sink.fileno())
    if digest.hexdigest() != member.sha256:
        raise Invalid("upkeep.damaged", file=str(path), member=name)
