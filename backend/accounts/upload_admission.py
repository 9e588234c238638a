"""Who may send a file, and whether there is room for it: settled before the first byte of it is read."""

from fastapi import Request, Response

from backend.accounts.access import EDITOR, find_caller
from backend.accounts.caller import Caller
from backend.accounts.quotas.uploads import charged
from backend.core.http.request_transaction import WritingRoute
from backend.core.http.routing import Handler
from backend.core.http.uploads import UploadSlots


async def _sender(request: Request) -> Caller:
    async with request.app.state.database.read() as session:
        return EDITOR.permitted(await find_caller(request, session), request)


class UploadRoute(WritingRoute):
    """A route that takes a file: strangers, viewers and whoever sends too many or too much are refused unread."""

    def make_handler(self) -> Handler:
        """Wrap the reading of the body."""
        inner = super().make_handler()

        async def handle(request: Request) -> Response:
            slots: UploadSlots = request.app.state.upload_slots
            async with slots.door:
                sender = await _sender(request)
            async with slots.taken(sender.organisation_id):
                await self.make_sure_of_room(request, sender)
                async with charged(request, sender):
                    return await inner(request)

        return handle

    async def make_sure_of_room(self, request: Request, sender: Caller) -> None:
        """Raise the refusal where what follows from a file has no room for another; routes with such work say so."""
