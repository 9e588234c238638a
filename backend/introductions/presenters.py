"""How introductions are shown to who asks: what belongs to a list of them is read at one go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.models import User
from backend.introductions import queries
from backend.introductions.codes import ContactDetail, IntroductionRole
from backend.introductions.models import Introduction
from backend.introductions.schemas import ContactOut, IntroductionOut
from backend.needs import queries as needs
from backend.needs.faces import Face, viewer_of
from backend.response_clocks import queries as clocks
from backend.response_clocks.models import ResponseClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What introductions show beside their own rows, as far as the caller may see it."""

    faces: Mapping[str, Face]
    clocks: Mapping[str, ResponseClock]
    patents: Mapping[str, tuple[str, str]]
    people: Mapping[tuple[str, str], User]


async def introductions_out(
    session: AsyncSession, caller: Caller, rows: Sequence[Introduction]
) -> list[IntroductionOut]:
    """Return the introductions as the caller sees them."""
    if not rows:
        return []
    accepted = [row for row in rows if row.accepted_at is not None]
    user_ids = {user for row in accepted for user in (row.requester_user_id, row.answerer_user_id) if user}
    around = Surroundings(
        faces=await needs.faces(session, viewer_of(caller), {row.need_id for row in rows}),
        clocks=await clocks.clocks(session, [row.id for row in rows]),
        patents=await queries.patents_of(session, {row.listing_id for row in rows}),
        people=await queries.people(session, user_ids) if user_ids else {},
    )
    return [_out(row, caller, around) for row in rows]


def _out(row: Introduction, caller: Caller, around: Surroundings) -> IntroductionOut:
    role, face = _role(row, caller), around.faces.get(row.need_id)
    clock, (patent_id, patent_title) = around.clocks[row.id], around.patents[row.listing_id]
    is_side = role is not None
    return IntroductionOut(
        id=row.id,
        version=row.version,
        status=row.status,
        role=role,
        asked_by=row.asked_by,
        match_id=row.match_id,
        need_id=row.need_id,
        need_title=face.title if face else None,
        need_organisation_id=_need_organisation(row, caller, face),
        listing_id=row.listing_id,
        holder_organisation_id=row.holder_organisation_id,
        patent_id=patent_id,
        patent_title=patent_title,
        message=row.message if is_side else None,
        asked_at=row.asked_at,
        due_on=clock.due_on,
        due_provisional=clock.provisional,
        answered_at=row.answered_at,
        accepted_at=row.accepted_at,
        requester_contact=_requester_contact(row, around) if is_side else None,
        answerer_contact=_answerer_contact(row, around) if is_side else None,
        decline_reason=row.decline_reason,
        decline_note=row.decline_note if is_side else None,
        ended_at=row.ended_at,
        ended_because=row.ended_because,
        licence_id=row.licence_id,
        contracted_on=row.contracted_on,
    )


def _role(row: Introduction, caller: Caller) -> IntroductionRole | None:
    if caller.organisation_id == row.requester_organisation_id:
        return IntroductionRole.REQUESTER
    return IntroductionRole.ANSWERER if caller.organisation_id == row.answerer_organisation_id else None


def _need_organisation(row: Introduction, caller: Caller, face: Face | None) -> str | None:
    """Return whose need it is, where the caller is that, or sees it on the need, or was introduced."""
    own = row.need_organisation_id
    is_known = caller.organisation_id == own or row.accepted_at is not None
    return own if is_known else face.organisation_id if face else None


def _requester_contact(row: Introduction, around: Surroundings) -> ContactOut | None:
    return _contact(row, row.requester_organisation_id, row.requester_user_id, row.requester_shares, around)


def _answerer_contact(row: Introduction, around: Surroundings) -> ContactOut | None:
    return _contact(row, row.answerer_organisation_id, row.answerer_user_id, row.answerer_shares, around)


def _contact(
    row: Introduction, organisation_id: str, user_id: str | None, shares: Sequence[str], around: Surroundings
) -> ContactOut | None:
    """Return what a person lets the other side see, once the introduction was accepted, while he is a member."""
    if row.accepted_at is None:
        return None
    user = around.people.get((organisation_id, user_id or ""))
    return ContactOut(
        name=user.name if user and ContactDetail.NAME in shares else None,
        email=user.email if user and ContactDetail.EMAIL in shares else None,
    )
