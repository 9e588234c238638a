"""Who may do what with a need: path id → loaded, permitted need.

| act | asker (editors) | platform | others |
|---|---|---|---|
| draft, change, close, erase | x | | |
| publish | x, verified | | |
| take down | | x | |
| see | `queries.py` says who sees what | | |
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from backend.accounts.access import Editor, MaybeCaller, PlatformStaff, VerifiedEditor
from backend.accounts.caller import Caller
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.needs import queries
from backend.needs.errors import NeedStepNotYours, NoSuchNeed
from backend.needs.faces import Face, viewer_of
from backend.needs.models import Need

NeedId = Annotated[
    str, Path(pattern=id_pattern("need"), description="The need's id.", examples=["need_01h455vb4pex5vsknk084sn02q"])
]


@dataclass(frozen=True, slots=True)
class HeldNeed:
    """A need held for a change, and who changes it."""

    need: Need
    caller: Caller


async def _seen(need_id: NeedId, caller: MaybeCaller, session: ReadDb) -> Face:
    face = await queries.face(session, viewer_of(caller), need_id)
    if face is None:
        raise NoSuchNeed
    return face


async def _held(need_id: NeedId, caller: Caller, session: Db) -> HeldNeed:
    need = await queries.locked(session, viewer_of(caller), need_id)
    if need is None:
        raise NoSuchNeed
    return HeldNeed(need, caller)


async def _own(need_id: NeedId, caller: Editor, session: Db) -> HeldNeed:
    held = await _held(need_id, caller, session)
    if held.need.organisation_id != caller.organisation_id:
        raise NeedStepNotYours(action="change", by="asker")
    return held


async def _outward(_: VerifiedEditor, held: "OwnNeed") -> HeldNeed:
    return held


async def _watched(need_id: NeedId, caller: PlatformStaff, session: Db) -> HeldNeed:
    return await _held(need_id, caller, session)


SeenNeed = Annotated[Face, Depends(_seen)]
OwnNeed = Annotated[HeldNeed, Depends(_own)]
VerifiedNeed = Annotated[HeldNeed, Depends(_outward)]
WatchedNeed = Annotated[HeldNeed, Depends(_watched)]
