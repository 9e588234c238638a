"""Whether there is room for another import: settled before the first byte of its file is read."""

from typing import Final

import sqlalchemy as sa
from fastapi import Request

from backend.accounts.caller import Caller
from backend.accounts.quotas.service import standing
from backend.accounts.quotas.uploads import AROUND, arriving
from backend.accounts.upload_admission import UploadRoute
from backend.core.settings import Settings
from backend.imports.formats.errors import ImportBytesWaiting, ImportsFull, ImportsWaiting
from backend.imports.models import WAITS, Import
from backend.imports.storage_quota import most_bytes, waiting_of

WAITING: Final = sa.select(sa.func.count()).select_from(Import).where(WAITS)


class ImportRoute(UploadRoute):
    """A route that takes a file to be imported: whoever has too much under way is refused unread as well."""

    async def make_sure_of_room(self, request: Request, sender: Caller) -> None:
        """Raise ImportsWaiting, ImportBytesWaiting or ImportsFull where too many imports have not ended."""
        settings: Settings = request.app.state.settings
        async with request.app.state.database.read() as session:
            waiting = (await session.execute(WAITING)).scalar_one()
            own, own_bytes = await waiting_of(session, sender.organisation_id)
        if own >= settings.imports_waiting_per_organisation:
            raise ImportsWaiting(waiting=own)
        most = most_bytes(settings, standing(sender))
        if most is not None:
            _hold_to(request, most - own_bytes, ImportBytesWaiting(most))
        if waiting >= settings.imports_waiting:
            raise ImportsFull


def _hold_to(request: Request, left: int, refusal: ImportBytesWaiting) -> None:
    body = arriving(request)
    if left <= 0:
        raise refusal
    if body is not None:
        body.tighten(left + AROUND, refusal)
        if body.refusal is not None:
            raise body.refusal
