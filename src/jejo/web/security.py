"""What protects the reader's browser: headers on every answer, only known names, no writing from other sites."""

import ipaddress
from typing import Protocol
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jejo.kernel.errors import Forbidden, Invalid, Problem

HEADERS = {
    # No inline script, no inline style, nothing from elsewhere: text from a file can never become code.
    "content-security-policy": "default-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
_READING = {"GET", "HEAD", "OPTIONS"}


class Refuse(Protocol):
    """Turns a problem into an answer."""

    def __call__(self, request: Request, problem: Problem, status: int | None = None) -> Response: ...


def host_name(host: str) -> str:
    """Return the name of a `Host` header without its port.

    >>> host_name("[::1]:8424"), host_name("LocalHost:8424")
    ('::1', 'localhost')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(name: str) -> bool:
    """Return whether a name or address always means this very machine."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_cross_site(headers: Headers) -> bool:
    """Return whether another site sent this request; programs that are no browser send neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


class Shield:
    """Refuses unknown hosts, writing from other sites and large bodies; adds the safety headers to every answer.

    Args:
        host: address the product listens on. On loopback only loopback names are served, so that a web page
            cannot point its own name at this machine and read from it (DNS rebinding).
        most_bytes: largest body; it must say its length, so that it is refused before it is read.
    """

    def __init__(self, app: ASGIApp, host: str, most_bytes: int, refuse: Refuse) -> None:
        self._app = app
        self._only_loopback = is_loopback(host)
        self._most_bytes = most_bytes
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                out = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    out.setdefault(name, value)
            await send(message)

        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is None:
            await self._app(scope, receive, answer)
        else:
            await self._refuse(Request(scope, receive), *refusal)(scope, receive, answer)

    def _refusal(self, method: str, headers: Headers) -> tuple[Problem, int | None] | None:
        """Return why a request is refused, with its status where it is not the kind's usual one."""
        host = headers.get("host", "")
        if self._only_loopback and not is_loopback(host_name(host)):
            return Forbidden("web.unknown-host", host=host), None
        if method in _READING:
            return None
        if is_cross_site(headers):
            return Forbidden("web.cross-site"), None
        if "transfer-encoding" in headers:
            return Invalid("web.no-length"), 411
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._most_bytes:
            return Invalid("web.too-large"), 413
        return None
