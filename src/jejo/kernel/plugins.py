"""Finds plug-ins by file name, or by entry point from another package, and imports them at first use.

A plug-in file ends with `plugin = ItsClass`.
"""

import importlib
import pkgutil
from importlib.metadata import entry_points
from typing import Generic, TypeVar, cast

from jejo.kernel.errors import NotFound, Unavailable

P = TypeVar("P")


class Plugins(Generic[P]):
    """The plug-ins of one folder, for example `jejo.ai.detectors`.

    Args:
        package: dotted name of the folder; also the entry-point group for outside packages.
    """

    def __init__(self, package: str) -> None:
        self._package = package

    def names(self) -> list[str]:
        """Return the names of all plug-ins, sorted, without importing any of them."""
        path = importlib.import_module(self._package).__path__
        inside = {module.name for module in pkgutil.iter_modules(path) if not module.name.startswith("_")}
        outside = {point.name for point in entry_points(group=self._package)}
        return sorted(inside | outside)

    def get(self, name: str) -> P:
        """Return the plug-in of that name.

        Raises:
            NotFound: `kernel.no-plugin` when no file or entry point has the name.
            Unavailable: `kernel.plugin-needs` when a library it needs is not installed.
        """
        if name not in self.names():
            raise NotFound("kernel.no-plugin", name=name, known=self.names())
        try:
            for point in entry_points(group=self._package, name=name):
                return cast(P, point.load())
            return cast(P, importlib.import_module(f"{self._package}.{name}").plugin)
        except ModuleNotFoundError as missing:
            raise Unavailable("kernel.plugin-needs", name=name, library=missing.name) from missing
