"""Originals, kept as they came: one file per content, below the organisation's folder."""

from collections.abc import Iterator
from pathlib import Path

from jejo.accounts.domain import Scope
from jejo.kernel.errors import NotFound
from jejo.kernel.files import LocalFiles
from jejo.kernel.ids import sha256_hex
from jejo.kernel.settings import local_path

_CHUNK = 1 << 20


class FolderOriginals:
    """Keeps originals in a local folder.

    Args:
        url: `file:///…`
    """

    def __init__(self, url: str) -> None:
        self._files = LocalFiles(local_path(url))

    def keep(self, scope: Scope, path: Path) -> str:
        """Keep a copy of a file and return its SHA-256; the same content is kept once."""
        digest = sha256_hex(_chunks(path))
        key = _key(scope, digest)
        if not self._files.exists(key):
            self._files.put(key, _chunks(path))
        return digest

    def path_of(self, scope: Scope, sha256: str) -> Path:
        """Return where a kept original lies.

        Raises:
            NotFound: `intake.no-original`, also for an original of another organisation.
        """
        if len(sha256) != 64 or not all(each in "0123456789abcdef" for each in sha256):
            raise NotFound("intake.no-original", sha256=sha256[:64])
        key = _key(scope, sha256)
        if not self._files.exists(key):
            raise NotFound("intake.no-original", sha256=sha256)
        return self._files.path(key)


def _key(scope: Scope, digest: str) -> str:
    # The organisation's id is hashed into a folder name: ids are free text elsewhere.
    folder = sha256_hex([scope.organisation.encode()])[:32]
    return f"originals/{folder}/{digest[:2]}/{digest}"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
