"""Finds plug-ins by file name, or by entry point from another package, and imports them at first use.

A plug-in file ends with `plugin = ItsClass`.
"""

import importlib
import pkgutil
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
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
        return sorted(inside | self._outside.keys())

    @cached_property
    def _outside(self) -> dict[str, EntryPoint]:
        # Reading the names of all installed packages takes a tenth of a second: once is enough.
        return {point.name: point for point in entry_points(group=self._package)}

    def get(self, name: str) -> P:
        """Return the plug-in of that name.

        Raises:
            NotFound: `kernel.no-plugin` when no file or entry point has the name.
            Unavailable: `kernel.plugin-needs` when a library it needs is not installed.
        """
        if name not in self.names():
            raise NotFound("kernel.no-plugin", name=name, known=self.names())
        try:
            if name in self._outside:
                return cast(P, self._outside[name].load())
            return cast(P, importlib.import_module(f"{self._package}.{name}").plugin)
        except ModuleNotFoundError as missing:
            raise Unavailable("kernel.plugin-needs", name=name, library=missing.name) from missing
