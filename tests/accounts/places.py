"""Network places that tests ask from."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI


def ipv4() -> str:
    """Return an address where nobody was."""
    return ".".join(str(part) for part in (10, *secrets.token_bytes(3)))


def ipv6() -> str:
    """Return the first half of addresses where nobody was: a /64."""
    return "2001:db8:" + ":".join(f"{secrets.randbits(16):x}" for _ in range(2))


@asynccontextmanager
async def at(app: FastAPI, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client whose requests come from the address."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client
