"""The page frame: templates of all rooms, the reader's language, menu, theme and text size."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from jejo.kernel.clock import SEOUL
from jejo.kernel.menu import GROUPS, MenuEntry
from jejo.kernel.texts import LANGUAGES, Language, Texts, texts
from jejo.web.assets import Assets

_THEMES = ("light", "dark")


def rooms_with_templates() -> dict[str, Path]:
    """Return the template folder of every room that has one."""
    package = Path(__file__).resolve().parents[1]
    return {folder.parent.name: folder for folder in sorted(package.glob("*/templates")) if folder.is_dir()}


def moment(value: str | datetime) -> datetime:
    """Return the time that a document holds as ISO 8601 text."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def percent(value: float) -> str:
    """Return a ratio as whole percent, with one digit below ten.

    >>> percent(0.614), percent(0.0421), percent(1.0), percent(0.0)
    ('61%', '4.2%', '100%', '0%')
    """
    points = value * 100
    return f"{points:.1f}%" if 0 < abs(points) < 9.95 else f"{points:.0f}%"


def seconds(value: float) -> timedelta:
    """Return a number of seconds as a duration, which texts show in the unit that fits."""
    return timedelta(seconds=value)


def soft(name: str) -> Markup:
    """Return a name that may break after its underscores rather than within a word.

    >>> soft("upper_<temp>")
    Markup('upper_<wbr>&lt;temp&gt;')
    """
    return Markup("_<wbr>").join(name.split("_"))


class Frame:
    """Draws templates named `<room>/<file>.html`.

    Args:
        organisation: name shown in the top bar; empty: the text for an install of one's own.
        words: texts of a language.
        templates: folder per room.
    """

    def __init__(
        self,
        assets: Assets,
        organisation: str = "",
        words: Callable[[Language], Texts] = texts,
        templates: Mapping[str, Path] | None = None,
    ) -> None:
        self.assets = assets
        self.words = words
        self.menu: Sequence[MenuEntry] = ()
        self.is_local = True
        self._organisation = organisation
        folders = rooms_with_templates() if templates is None else templates
        self._environment = Environment(
            loader=PrefixLoader({room: FileSystemLoader(folder) for room, folder in folders.items()}),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"percent": percent, "soft": soft, "seconds": seconds}
        self._environment.globals |= {"static": assets.address}

    def render(
        self, request: Request, template: str, /, *, status: int = 200, **context: object
    ) -> HTMLResponse:
        """Return the page of a template; facts in it are formatted for the request's language."""
        language: Language = getattr(request.state, "language", "ko")
        words = self.words(language)

        def shown(value: str | float | date) -> str:
            return words.show(value)

        def when(value: str | datetime) -> str:
            return words.show(moment(value))

        def between(start: str | datetime, end: str | datetime) -> str:
            # Within one day the date is said once.
            first, last = words.show(moment(start)), words.show(moment(end))
            day = words.show(moment(start).astimezone(SEOUL).date())
            return first if first == last else f"{first} ~ {last.removeprefix(day).strip()}"

        html = self._environment.get_template(template).render(
            {
                "t": words.text,
                "has_text": words.__contains__,
                "show": shown,
                "when": when,
                "between": between,
                "is_local": self.is_local,
                "lang": language,
                "theme": self._choice(request, "theme", _THEMES),
                "size": self._choice(request, "size", ("l",)),
                "organisation": self._organisation or words.text("web.frame.own-install"),
                "menu": self.menu,
                "groups": GROUPS,
                "path": request.url.path,
                "languages": [(each, self._in_language(request, each)) for each in LANGUAGES],
                **context,
            }
        )
        return HTMLResponse(html, status)

    @staticmethod
    def _choice(request: Request, name: str, allowed: Sequence[str]) -> str:
        kept = request.cookies.get(name, "")
        return kept if kept in allowed else ""

    @staticmethod
    def _in_language(request: Request, language: Language) -> Markup:
        kept = [(name, value) for name, value in parse_qsl(request.url.query) if name != "lang"]
        return Markup.escape(f"{request.url.path}?{urlencode([*kept, ('lang', language)])}")
