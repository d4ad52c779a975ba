"""Originals, kept as they came: one file per content, below the organisation's folder."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from jejo.accounts.domain import Scope
from jejo.kernel.errors import NotFound
from jejo.kernel.ids import sha256_hex
from jejo.kernel.settings import local_path

_CHUNK = 1 << 20


class FolderOriginals:
    """Keeps originals in a local folder.

    Args:
        url: `file:///…`
    """

    def __init__(self, url: str) -> None:
        self._root = local_path(url)

    def keep(self, scope: Scope, path: Path) -> str:
        """Keep a copy of a file and return its SHA-256; the same content is kept once.

        The copy is written under another name, made durable, then renamed: under its digest a file is always whole.
        """
        digest = sha256_hex(_chunks(path))
        place = self._place(scope, digest)
        if place.exists():
            return digest
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".part-", dir=place.parent)
        try:
            with os.fdopen(handle, "wb") as copy, path.open("rb") as original:
                shutil.copyfileobj(original, copy, _CHUNK)
                copy.flush()
                os.fsync(copy.fileno())
            Path(name).replace(place)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        # The rename itself is durable only once the folder is.
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return digest

    def path_of(self, scope: Scope, sha256: str) -> Path:
        """Return where a kept original lies.

        Raises:
            NotFound: `intake.no-original`, also for an original of another organisation.
        """
        if len(sha256) != 64 or not all(each in "0123456789abcdef" for each in sha256):
            raise NotFound("intake.no-original", sha256=sha256[:64])
        place = self._place(scope, sha256)
        if not place.is_file():
            raise NotFound("intake.no-original", sha256=sha256)
        return place

    def _place(self, scope: Scope, digest: str) -> Path:
        # The organisation's id is hashed into a folder name: ids are free text elsewhere.
        folder = sha256_hex([scope.organisation.encode()])[:32]
        return self._root / "originals" / folder / digest[:2] / digest


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
