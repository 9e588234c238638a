"""The plainest endpoint that reads the rows of a patent's ledger and decides nothing: FastAPI and SQLModel, no sign-in.

DATABASE_URL names a database of the platform's. The answer has the shape of /v1/patents/{id}/permissions, and says
nothing.
"""

import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.accounts.models import Party
from backend.patents.models import Assessment, Holding, LegalEvent, Listing, Patent
from backend.rights.models import Consent, RightEntry
from backend.rights.permissions.schemas import PermissionOut, PermissionsOut

engine = create_async_engine(os.environ["DATABASE_URL"])
app = FastAPI()


async def session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine, expire_on_commit=False) as opened:
        yield opened


Session = Annotated[AsyncSession, Depends(session)]


async def _of(session: AsyncSession, table: Any, patent_id: str) -> Sequence[Any]:
    return (await session.exec(select(table).where(col(table.patent_id) == patent_id))).all()


@app.get("/v1/patents/{patent_id}/permissions")
async def permissions(patent_id: str, act: str, session: Session) -> PermissionsOut:
    patent = await session.get(Patent, patent_id)
    if patent is None:
        raise HTTPException(404)
    held = select(Holding, Party.name).join(Party, col(Party.id) == col(Holding.party_id))
    holders = (await session.exec(held.where(col(Holding.patent_id) == patent_id))).all()
    read = [await _of(session, table, patent_id) for table in (RightEntry, LegalEvent, Consent, Listing, Assessment)]
    if not holders or not read[0]:
        raise HTTPException(404)
    items = [PermissionOut(act=act, answer="allowed", reasons=[])]
    return PermissionsOut(
        patent_id=patent.id, by=[], valid_on=date(2026, 1, 1), known_at=datetime.now(UTC), items=items
    )
