"""The open needs that listings are compared with, as a process holds them in memory, each by what a side may know."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.domain_event import events_in
from backend.matching.memory.listings import ListingMemory
from backend.matching.scoring.facts import Wanted
from backend.needs import events, queries
from backend.needs.codes import FaceKind
from backend.needs.faces import Face, face_of
from backend.needs.models import Need
from search.similarity.board import Board
from search.similarity.profile import Profile, Sought, profile_of
from search.similarity.vectors import Field

BATCH: Final = 100  # needs made ready in one go
AGED_SHARE, AGED_LEAST = 0.1, 20  # of the listings, by how many others a profile has aged
TITLE, PROBLEM, TRIED = 2.0, 1.0, 0.3  # what a term counts by where it stands
COLUMNS: Final[tuple[Any, ...]] = (Need, col(Organisation.name).label("organisation_name"))
OPEN_NEEDS: Final[sa.Select[Any]] = (
    sa.select(*COLUMNS)
    .join(Organisation, col(Organisation.id) == col(Need.organisation_id))
    .where(col(Need.id).in_(sa.bindparam("ids", expanding=True)), queries.IS_OPEN)
)
CHANGES: Final = frozenset(kind.type for kind in events_in(events)) - {
    kind.type for kind in (events.NeedCreated, events.NeedRenewed, events.NeedMatched, events.NeedOutcomeAsked)
}  # what tells of a need, and what changes nothing that is compared, makes no new profile
ABSTRACT_FACE: Final = ":abstract"  # behind the id, where everybody may know the abstract alone


def sought_by(face: Face, without: frozenset[str] = frozenset()) -> Sought:
    """Return what a need looks for, by what is shown of it."""
    texts = [Field(face.title or "", TITLE), Field(face.problem or "", PROBLEM), Field(face.tried or "", TRIED)]
    if face.problem is None:
        texts = [Field(face.abstract or "", PROBLEM)]
    return Sought([text for text in texts if text.text], tuple(face.ipc or ()), without)


def wanted_by(face: Face) -> Wanted:
    """Return the facts that a need asks for, by what is shown of it: a secret budget is shown to its asker alone."""
    return Wanted(
        deal_types=frozenset(face.deal_types or ()),
        stage_min=face.stage_min,
        budget_fen=face.budget_max_fen,
        region=face.region,
    )


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """An open need in memory: who asks, what it wants as its asker and as others may know, and its profiles."""

    id: str
    organisation_id: str
    is_confidential: bool
    wanted: Wanted
    wanted_as_shown: Wanted
    sought: Mapping[str, Sought]
    shown_to: frozenset[str]
    made_by: int
    """How many listings there were by which its profiles were made."""


@dataclass(frozen=True, slots=True)
class Faces:
    """A need as its asker sees it, as those do who are shown the whole of it, and who those are, by name."""

    own: Face
    shown: Face
    shown_to: frozenset[str]


class NeedMemory:
    """The profiles of all open needs: of the whole need, and of the abstract where that is all the public may know."""

    def __init__(self, database: Database, listings: ListingMemory) -> None:
        self._database, self._listings = database, listings
        self.position = 0
        self.known_to_all = Board()  # of what everybody may know: needs that are not confidential, and abstracts
        self.secret = Board()  # of confidential needs, whole
        self.needs: dict[str, OpenNeed] = {}
        self.is_filled = False
        self._looked_for_aged_at = 0  # listings

    async def step(self) -> int:
        """Take in what the next events changed, all open needs at first; return how many events those were."""
        if not self._listings.is_filled:
            return 0
        if not self.is_filled:
            self.position = await stream.head(self._database)
            async with self._database.read() as session:
                ids = list(await session.scalars(queries.standing_ids()))
            await self.renew(ids)
            self.is_filled = True
            return 1
        happened, behind = await stream.events_after(self._database, self.position)
        await self.renew(changed_needs(happened))
        taken, self.position = behind - self.position, behind
        return taken or await self._renew_aged()

    async def _renew_aged(self) -> int:
        """Make some profiles again that were made by a tenth fewer or more listings than there are; return how many.

        That is done while nothing else happens, some at a time; what was there is met until the new ones are ready.
        """
        size = len(self._listings.collection)
        if size == self._looked_for_aged_at:
            return 0
        aged = [need.id for need in self.needs.values() if _has_aged(need.made_by, size)]
        if aged:
            await self._renew_some(aged[:BATCH])
            await self._settle()
        else:
            self._looked_for_aged_at = size
        return len(aged[:BATCH])

    def current_profile(self, face: Face) -> Profile | None:
        """Return the profile of a need as it is shown, where the one in memory is of its present words."""
        known = self.needs.get(face.id)
        name = face.id + (ABSTRACT_FACE if face.problem is None else "")
        is_present = known is not None and known.sought.get(name) == sought_by(face)
        return self.profile(name) if is_present else None

    def profile(self, name: str) -> Profile | None:
        """Return a profile by its name, or None where it is not here."""
        return self.known_to_all.profile(name) or self.secret.profile(name)

    async def renew(self, need_ids: Sequence[str]) -> None:
        """Bring the profiles of these needs in line with what is kept."""
        self._forget(need_ids)
        for start in range(0, len(need_ids), BATCH):
            await self._renew_some(need_ids[start : start + BATCH])
        if need_ids:
            await self._settle()

    async def _settle(self) -> None:
        for board in (self.known_to_all, self.secret):
            await asyncio.to_thread(board.settle)

    async def _renew_some(self, need_ids: Sequence[str]) -> None:
        async with self._database.read() as session:
            faces = await open_faces(session, need_ids)
        self._forget([need_id for need_id in need_ids if need_id not in faces])
        profiles = await asyncio.to_thread(self._profiles, faces)
        secret = {need_id for need_id, known in faces.items() if known.own.confidential}
        self.secret.put({name: profile for name, profile in profiles.items() if name in secret})
        self.known_to_all.put({name: profile for name, profile in profiles.items() if name not in secret})

    def _profiles(self, faces: Mapping[str, Faces]) -> dict[str, Profile]:
        profiles: dict[str, Profile] = {}
        size = len(self._listings.collection)
        for need_id, known in faces.items():
            sought = {need_id: sought_by(known.own)}
            if known.shown.abstract:
                sought[need_id + ABSTRACT_FACE] = sought_by(replace(known.shown, title=None, problem=None, ipc=None))
            made = {name: profile_of(one, self._listings.collection) for name, one in sought.items()}
            self.needs[need_id] = OpenNeed(
                id=need_id,
                organisation_id=known.own.organisation_id or "",
                is_confidential=bool(known.own.confidential),
                wanted=wanted_by(known.own),
                wanted_as_shown=wanted_by(known.shown),
                sought=sought,
                shown_to=known.shown_to,
                made_by=size,
            )
            profiles.update(made)
        return profiles

    def _forget(self, need_ids: Sequence[str]) -> None:
        for need_id in need_ids:
            known = self.needs.pop(need_id, None)
            if known is not None:
                self.known_to_all.remove(known.sought)
                self.secret.remove(known.sought)


def _has_aged(made_by: int, size: int) -> bool:
    return abs(size - made_by) > max(AGED_LEAST, AGED_SHARE * made_by)


def changed_needs(happened: Sequence[sa.Row[Any]]) -> list[str]:
    """Return the needs that events may have changed for who compares them."""
    return list(dict.fromkeys(event.subject for event in happened if event.type in CHANGES))


async def open_faces(session: AsyncSession, need_ids: Sequence[str]) -> dict[str, Faces]:
    """Return the open ones of the needs, by their ids."""
    names = await queries.names_of(session, need_ids)
    found = {}
    for row in await session.execute(OPEN_NEEDS, {"ids": list(need_ids)}):
        own, shown = (face_of(row.Need, row.organisation_name, kind) for kind in (FaceKind.OWN, FaceKind.FULL))
        found[row.Need.id] = Faces(own, shown, frozenset(names.get(row.Need.id, ())))
    return found
