"""Static files under an address that changes with their content, so that browsers may keep them for a year."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static"


class Assets(StaticFiles):
    """Serves `/static/<version>/<path>`; paths inside style sheets and modules stay relative, so they follow along.

    Args:
        folder: holds our own files, and `vendor/` with the fetched ones.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(directory=folder)
        self._folder = folder
        digest = hashlib.sha256()
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(file.relative_to(folder).as_posix().encode())
            digest.update(file.read_bytes())
        self._version = digest.hexdigest()[:12]

    @property
    def is_complete(self) -> bool:
        """Whether the fetched browser parts are there."""
        return (self._folder / "vendor" / "stamp").is_file()

    def address(self, path: str) -> str:
        """Return the address of a file below the folder."""
        return f"{PREFIX}/{self._version}/{path}"

    def get_path(self, scope: Scope) -> str:
        """Leave the version out of the path on disk."""
        _, _, path = super().get_path(scope).replace("\\", "/").partition("/")
        return path

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Let browsers keep what this version can never change."""
        response = await super().get_response(path, scope)
        is_current = f"/{self._version}/" in scope["path"]
        response.headers["cache-control"] = (
            "public, max-age=31536000, immutable" if is_current else "no-cache"
        )
        return response
