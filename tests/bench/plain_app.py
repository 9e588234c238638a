"""The plainest FastAPI and SQLModel endpoints that make the same change as ours, and promise nothing.

DATABASE_URL names an existing database with the table; the settings of the connection are those that a careful person
would copy from the documentation (on SQLite: WAL and a busy timeout, without which eight clients end in errors).
"""

import contextlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.core.ids import new_id

URL = os.environ["DATABASE_URL"]
engine = create_async_engine(URL)


def make_tables(connection: Any) -> None:
    SQLModel.metadata.create_all(connection, tables=[SQLModel.metadata.tables["plain_party"]])


@contextlib.asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
    async with engine.begin() as connection:
        await connection.run_sync(make_tables)
    yield


app = FastAPI(lifespan=lifespan)

if URL.startswith("sqlite"):

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "busy_timeout=30000",
            f"synchronous={os.environ.get('SQLITE_SYNCHRONOUS', 'FULL')}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


class PlainParty(SQLModel, table=True):
    __tablename__ = "plain_party"
    id: str = Field(primary_key=True)
    person: str
    name: str
    name_en: str | None = None
    country: str = "CN"
    created_at: str
    version: int = 1


class NewParty(BaseModel):
    person: str
    name: str
    country: str = "CN"


class Changed(BaseModel):
    country: str


class Shown(BaseModel):
    id: str
    person: str
    name: str
    name_en: str | None
    country: str
    created_at: str
    version: int
    former_names: list[str] = []


async def session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


@app.post("/v1/parties", status_code=201)
async def create(new: NewParty, session: Session) -> Shown:
    at = datetime.now(UTC).isoformat()
    party = PlainParty(id=new_id("pty"), created_at=at, **new.model_dump())
    session.add(party)
    await session.commit()
    return Shown(**party.model_dump())


@app.patch("/v1/parties/{party_id}")
async def change(party_id: str, change: Changed, session: Session) -> Shown:
    party = await session.get(PlainParty, party_id)
    if party is None:
        raise HTTPException(404)
    party.country = change.country
    party.version += 1
    session.add(party)
    await session.commit()
    return Shown(**party.model_dump())
