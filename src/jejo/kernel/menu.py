"""How a page of any room says that it belongs into the menu: by a mark on its route's function."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Group = Literal["data", "ai", "support"]
GROUPS: tuple[Group, ...] = ("data", "ai", "support")
"""The menu's groups in their order; texts `web.menu.<group>`."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page's place in the menu.

    Args:
        path: where the entry leads; it is the current one there and below.
        text: key of the visible name.
        icon: name in the icon sprite.
        order: place in its group, small first.
        aliases: other paths that are the same page.
        short: key of a shorter name for the phone's bottom bar; None: not in that bar.
    """

    path: str
    group: Group
    text: str
    icon: str
    order: int = 50
    aliases: tuple[str, ...] = ()
    short: str | None = None

    def is_current(self, path: str) -> bool:
        """Return whether a page at `path` belongs to this entry."""
        return path in self.aliases or path == self.path or path.startswith(f"{self.path}/")


def in_menu(entry: MenuEntry) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a route's function: its page is in the menu."""

    def mark(endpoint: Callable[P, R]) -> Callable[P, R]:
        vars(endpoint)["menu_entry"] = entry
        return endpoint

    return mark


def menu_of(endpoints: Iterable[object]) -> tuple[MenuEntry, ...]:
    """Return the entries of all marked functions, each once, group by group.

    >>> @in_menu(MenuEntry("/reports", "ai", "onboarding.pages.menu.reports", "chart-line"))
    ... def show() -> None: ...
    >>> [entry.path for entry in menu_of([show, show, print])]
    ['/reports']
    """
    found = {getattr(endpoint, "menu_entry", None) for endpoint in endpoints} - {None}
    entries = [entry for entry in found if isinstance(entry, MenuEntry)]
    return tuple(sorted(entries, key=lambda entry: (GROUPS.index(entry.group), entry.order, entry.path)))
