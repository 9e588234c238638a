"""The shared context in which sample transactions are created: session, time, organisations."""

import asyncio
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationStatus, Role
from backend.accounts.models import Member, Organisation
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.clock import china_day
from backend.core.database.engines import make_job_engine
from backend.core.database.sessions import Database
from backend.core.events.handlers import SyncHandlers, SyncHandlerTable
from backend.core.settings import Settings
from backend.core.storage.blobs import Blob, make_blobs
from backend.demo.terms import Place
from backend.files import service as files
from backend.files.rules import Form
from backend.files.upload import Arrived
from backend.open_licences.policy import OpenLicencePolicy, open_licence_policy
from backend.patents import queries
from backend.patents.queries import PatentAggregate

VOUCHER: Final = "演示凭证，纯属虚构。Demonstration evidence, made up.\n"


@dataclass(slots=True)
class Stage:
    """Where it is shown: the load's transaction, its moment, and the organisations."""

    session: AsyncSession
    settings: Settings
    places: Mapping[str, Place]
    quotas: QuotaPolicy
    now: datetime
    touched: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        """The day in China."""
        return china_day(self.now)

    @property
    def policy(self) -> OpenLicencePolicy:
        """What the settings say about open licences."""
        return open_licence_policy(self.settings)

    @contextmanager
    def followed(self, handlers: SyncHandlerTable) -> Iterator[None]:
        """Have events be followed meanwhile by these handlers, as the server has them by all of its own."""
        database: Database = self.session.info["database"]
        before, database.handlers = database.handlers, SyncHandlers(handlers)
        try:
            yield
        finally:
            database.handlers = before

    async def caller(self, organisation_id: str) -> Caller:
        """Return the organisation's owner as one who asks."""
        organisation = await self.session.get_one(Organisation, organisation_id)
        owner = sa.select(col(Member.user_id)).where(
            col(Member.organisation_id) == organisation_id, col(Member.role) == Role.OWNER
        )
        user_id = (await self.session.scalars(owner.limit(1))).one()
        return Caller(user_id, organisation_id, organisation.kind, OrganisationStatus.VERIFIED, Role.OWNER)

    async def whole(self, patent_id: str) -> PatentAggregate:
        """Return the patent, locked, with all that is written so far."""
        await self.session.flush()
        self.touched.add(patent_id)
        found = await queries.load(self.session, patent_id, lock=True)
        if found is None:
            raise LookupError(patent_id)
        return found

    async def evidence(self, caller: Caller) -> list[str]:
        """Return the id of the caller's piece of evidence, which says that it is none."""
        text = f"{caller.organisation_id}: {VOUCHER}".encode()
        blob = await asyncio.to_thread(kept, self.settings, text)
        arrived = Arrived("演示凭证.txt", Form.TEXT, blob, VOUCHER.strip())
        file, _ = await files.keep(self.session, caller, arrived, self.quotas, self.now)
        return [file.id]


def kept(settings: Settings, content: bytes) -> Blob:
    """Return the bytes as they are kept."""
    engine = make_job_engine(settings)
    try:
        return make_blobs(settings, engine).put(io.BytesIO(content))
    finally:
        engine.dispose()
