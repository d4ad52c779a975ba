"""Which language a reader gets: what was asked for here and kept, else what the browser prefers, else the setting."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jejo.kernel.texts import LANGUAGES, Language

COOKIE = "lang"
_YEAR_S = 365 * 24 * 3600


def known(value: str | None) -> Language | None:
    """Return the language that a word names, if it is one of ours."""
    return next((language for language in LANGUAGES if language == value), None)


def preferred(accept_language: str) -> Language | None:
    """Return the one of our languages that the browser likes most.

    >>> preferred("de-DE,de;q=0.9,en;q=0.8,ko;q=0.2")
    'en'
    """
    wishes: list[tuple[float, int, Language]] = []
    for place, wish in enumerate(accept_language.split(",")):
        tag, _, weight = wish.strip().partition(";q=")
        language = known(tag.strip().split("-")[0].lower())
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            continue
        if language and quality > 0:
            wishes.append((-quality, place, language))
    return min(wishes)[2] if wishes else None


def cookies(headers: Headers) -> dict[str, str]:
    """Return the request's cookies; what cannot be read counts as none."""
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


class LanguageChoice:
    """Puts `language` into the request's state; `?lang=` is kept in a cookie.

    Args:
        fallback: where neither the reader nor the browser names a language of ours.
    """

    def __init__(self, app: ASGIApp, fallback: Language) -> None:
        self._app = app
        self._fallback = fallback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        asked = known(parse_qs(scope["query_string"].decode("latin-1")).get("lang", [None])[-1])
        kept = known(cookies(headers).get(COOKIE))
        language = asked or kept or preferred(headers.get("accept-language", "")) or self._fallback
        scope.setdefault("state", {})["language"] = language

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                out.add_vary_header("Accept-Language")
                out.add_vary_header("Cookie")
                if asked and asked != kept:
                    out.append("set-cookie", f"{COOKIE}={asked}; Path=/; Max-Age={_YEAR_S}; SameSite=Lax")
            await send(message)

        await self._app(scope, receive, answer)
