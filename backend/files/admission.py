"""Whether an organisation may keep another file: settled before the first byte of it is read."""

from fastapi import Request

from backend.accounts.caller import Caller
from backend.accounts.errors import StorageUsedUp
from backend.accounts.quotas.rules import ALL_TIME, Quota, limit_of
from backend.accounts.quotas.service import standing
from backend.accounts.quotas.uploads import AROUND, arriving
from backend.accounts.upload_admission import UploadRoute
from backend.core.database.quota import used_in
from backend.core.database.sessions import Database

KEPT = {quota.value: ALL_TIME for quota in (Quota.FILES, Quota.FILE_BYTES)}


class FileRoute(UploadRoute):
    """A route that keeps a file: whoever has no room for it is refused unread as well."""

    async def make_sure_of_room(self, request: Request, sender: Caller) -> None:
        """Raise StorageUsedUp where the file cannot be kept; where it says no length, once too much has come.

        This spares the reading; what counts is counted when the file is kept.
        """
        database: Database = request.app.state.database
        most = {
            quota: limit_of(database.settings, quota, standing(sender)) for quota in (Quota.FILES, Quota.FILE_BYTES)
        }
        async with database.read() as session:
            used = await used_in(session, sender.organisation_id, KEPT)
        body = arriving(request)
        for quota, limit in most.items():
            if limit is None or body is None:
                continue
            refusal, left = StorageUsedUp(quota=quota.value, limit=limit), limit - used[quota.value]
            if left <= 0:
                raise refusal
            if quota is Quota.FILE_BYTES:
                body.tighten(left + AROUND, refusal)
        if body is not None and body.refusal is not None:
            raise body.refusal
