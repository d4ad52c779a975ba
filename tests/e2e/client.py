"""A plain HTTP client that calls an ASGI app in this process, with one cookie jar over all its requests."""

import asyncio

import httpx
from fastapi import FastAPI


class Client:
    """Sends requests to an app; a bug in the app is answered as a server would, never raised here."""

    def __init__(self, app: FastAPI, address: str = "http://127.0.0.1:8424", headers=None) -> None:
        self._app = app
        self._address = address
        self._headers = headers or {}
        self._cookies = httpx.Cookies()

    def request(self, method: str, path: str, **request) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url=self._address, headers=self._headers, cookies=self._cookies
            ) as client:
                answer = await client.request(method, path, **request)
                self._cookies = client.cookies
                return answer

        return asyncio.run(send())

    def get(self, path: str, **request) -> httpx.Response:
        return self.request("GET", path, **request)

    def post(self, path: str, **request) -> httpx.Response:
        return self.request("POST", path, **request)
