"""The vectors of a platform in a test."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import Row, select

from backend.text_vectors.queries import VECTOR
from tests.scenarios.waiting import wait_until


async def kept_vectors(app: FastAPI) -> list[Row[Any]]:
    """Return all vectors that are kept, in the order in which they came."""
    async with app.state.database.read() as session:
        return list((await session.execute(select(VECTOR).order_by(VECTOR.c.number))).all())


async def readiness(app: FastAPI) -> str:
    """Return what the process says about its vectors."""
    return str(await app.state.services["text_vectors"].readiness())


async def until_complete(app: FastAPI, *patent_ids: str) -> None:
    """Wait until everything listed has its vectors, and these patents are among what is listed."""
    service = app.state.services["text_vectors"]

    async def is_complete() -> bool:
        is_here = service.matrix is not None and all(one in service.matrix for one in patent_ids)
        return is_here and not service.lacks_any

    await wait_until(is_complete, "a vector for each text")
