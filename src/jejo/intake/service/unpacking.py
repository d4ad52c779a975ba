"""Takes the data files out of an archive that was checked before, counting what really comes out."""

import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from jejo.intake.domain.archive import Entry
from jejo.intake.domain.limits import Limits
from jejo.intake.domain.sniffing import entries_of
from jejo.kernel.errors import Invalid

_CHUNK = 1 << 20


def unpacked(
    path: Path, folder: Path, limits: Limits, tick: Callable[[], None]
) -> Iterator[tuple[str, Path]]:
    """Yield name and place of every data file of an archive.

    Sizes are counted while unpacking: the archive's directory may lie.

    Raises:
        Invalid: `intake.bomb` when more comes out than the directory says; `intake.unreadable` when it is damaged.
    """
    wanted = [each for each in entries_of(path) if not each.is_folder and not each.is_litter and each.size]
    try:
        with zipfile.ZipFile(path) as archive:
            by_name = {info.filename: info for info in archive.infolist()}
            for number, entry in enumerate(wanted):
                tick()
                # Never the entry's own name on disk.
                place = folder / f"{number}{PurePosixPath(entry.name).suffix[:8]}"
                with archive.open(by_name[entry.name]) as source:
                    _copy(source, place, entry, path.name)
                yield _shown_name(by_name[entry.name]), place
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as damaged:
        raise Invalid("intake.unreadable", name=path.name) from damaged


def _copy(source: object, place: Path, entry: Entry, name: str) -> None:
    count = 0
    with place.open("wb") as target:
        while chunk := source.read(_CHUNK):  # type: ignore[attr-defined]
            count += len(chunk)
            if count > entry.size:
                raise Invalid("intake.bomb", name=name)
            target.write(chunk)


def _shown_name(info: zipfile.ZipInfo) -> str:
    """Return an entry's name as its writer saw it: Korean Windows writes CP949 without saying so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("cp949")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename
