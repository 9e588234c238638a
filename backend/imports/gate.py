"""Whether there is room for another import: settled before the first byte of its file is read."""

from typing import Final

import sqlalchemy as sa
from fastapi import Request
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.uploading import UploadRoute
from backend.core.settings import Settings
from backend.imports.errors import ImportsFull, ImportsWaiting
from backend.imports.models import WAITS, Import

OWN: Final = col(Import.organisation_id) == sa.bindparam("by")
WAITING: Final = sa.select(sa.func.count(), sa.func.count().filter(OWN)).select_from(Import).where(WAITS)


class ImportRoute(UploadRoute):
    """A route that takes a file to be imported: whoever has too many under way is refused unread as well."""

    async def make_sure_of_room(self, request: Request, sender: Caller) -> None:
        """Raise ImportsWaiting or ImportsFull where too many imports have not ended."""
        settings: Settings = request.app.state.settings
        async with request.app.state.database.read() as session:
            waiting, own = (await session.execute(WAITING, {"by": sender.organisation_id})).one()
        if own >= settings.imports_waiting_per_organisation:
            raise ImportsWaiting(waiting=own)
        if waiting >= settings.imports_waiting:
            raise ImportsFull
