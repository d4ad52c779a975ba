"""Files kept whole: a key is there completely and durably, or not at all."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from jejo.kernel.errors import Invalid, NotFound, Unavailable


class LocalFiles:
    """Files below one folder. Keys are relative paths with `/`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    def put(self, key: str, chunks: Iterable[bytes]) -> None:
        """Keep the chunks under `key`, replacing what was there.

        Raises:
            Unavailable: `kernel.cannot-write` when the disk is full or read-only; nothing is left behind.
        """
        target = self.path(key)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
            try:
                with os.fdopen(handle, "wb") as part:
                    for chunk in chunks:
                        part.write(chunk)
                    part.flush()
                    os.fsync(part.fileno())
                Path(name).replace(target)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            sync_folder(target.parent)
        except OSError as wrong:
            raise Unavailable(
                "kernel.cannot-write", folder=str(self._folder), reason=str(wrong.strerror)
            ) from wrong

    def read(self, key: str) -> bytes:
        """Return the content, or raise NotFound `kernel.no-file`."""
        try:
            return self.path(key).read_bytes()
        except FileNotFoundError as missing:
            raise NotFound("kernel.no-file", key=key) from missing

    def exists(self, key: str) -> bool:
        """Return whether the key is kept."""
        return self.path(key).is_file()

    def path(self, key: str) -> Path:
        """Return where the key is kept on this machine; keys that leave the folder are refused."""
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder.resolve()):
            raise Invalid("kernel.no-file", key=key)
        return path


def sync_folder(folder: Path) -> None:
    """Make a rename within the folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
