"""Asks an ASGI app without a server."""

import asyncio
from collections.abc import Mapping

import httpx
from fastapi import FastAPI


def get(app: FastAPI, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Return the app's answer; what the app raises is raised here."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers=dict(headers or {}))

    return asyncio.run(ask())
