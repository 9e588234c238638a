"""How rows become answers: what a caller sees of an organisation, a party, a key."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.members.schemas import InvitationOut, KeyOut, MemberOut
from backend.accounts.models import ApiKey, Invitation, Member, NameChange, Organisation, Party, User
from backend.accounts.parties.name_changes import waiting_changes
from backend.accounts.queries import DatedName, former_names, former_names_of
from backend.accounts.schemas import FormerName, NameChangeOut, OrganisationOut, PartyOut


async def show_organisations(
    session: AsyncSession, found: Sequence[Organisation], caller: Caller | None
) -> list[OrganisationOut]:
    """Return what the caller sees of each organisation."""
    asked = await waiting_changes(session, [o.id for o in found]) if caller is not None else {}
    return [show_organisation(o, caller, asked.get(o.id)) for o in found]


def show_organisation(o: Organisation, caller: Caller | None, asked: NameChange | None = None) -> OrganisationOut:
    """Return what the caller sees of the organisation, with the change of name that waits."""
    inside = caller is not None and (caller.is_platform or caller.is_authority or caller.organisation_id == o.id)
    return OrganisationOut(
        id=o.id,
        kind=o.kind,
        status=o.status,
        name=o.name,
        name_en=o.name_en,
        country=o.country,
        region=o.region,
        credit_code=o.credit_code,
        website=o.website,
        introduction=o.introduction,
        party_id=o.party_id,
        verified_at=o.verified_at,
        created_at=o.created_at if inside else None,
        status_reason=o.status_reason if inside else None,
        credit_code_override=o.credit_code_override if inside else None,
        name_change=NameChangeOut(**asked.model_dump(include=set(NameChangeOut.model_fields)))
        if asked is not None and inside
        else None,
        version=o.version,
    )


async def show_parties(session: AsyncSession, found: Sequence[Party], caller: Caller) -> list[PartyOut]:
    """Return what the caller sees of each party."""
    names = await former_names(session, [p.id for p in found])
    return [_party(p, names.get(p.id, []), caller) for p in found]


async def show_party(session: AsyncSession, party: Party, caller: Caller) -> PartyOut:
    """Return what the caller sees of one party."""
    return _party(party, await former_names_of(session, party.id), caller)


def show_new_party(party: Party, caller: Caller) -> PartyOut:
    """Return what the caller sees of the party that it has just entered, which has no former names."""
    return _party(party, (), caller)


def _party(p: Party, names: Sequence[DatedName], caller: Caller) -> PartyOut:
    inside = p.created_by == caller.organisation_id or caller.is_platform or caller.is_authority
    open_to_all = inside or p.identifier_kind == "credit_code"
    return PartyOut(
        id=p.id,
        person=p.person,
        name=p.name,
        name_en=p.name_en,
        country=p.country,
        identifier_kind=p.identifier_kind if open_to_all else None,
        identifier=p.identifier if open_to_all else None,
        identifier_override=p.identifier_override if inside else None,
        organisation_id=p.organisation_id,
        former_names=[
            FormerName(name=name, name_en=name_en, valid_from=since, valid_to=until)
            for name, name_en, since, until in names
        ],
        version=p.version,
    )


def show_member(member: Member, user: User) -> MemberOut:
    """Return the member as its colleagues see it."""
    return MemberOut(
        id=member.id,
        organisation_id=member.organisation_id,
        user_id=user.id,
        name=user.name,
        email=user.email,
        role=member.role,
        joined_at=member.joined_at,
        version=member.version,
    )


def show_invitation(invitation: Invitation, token: str | None = None) -> InvitationOut:
    """Return the invitation, with its token only in the answer that made it."""
    changes = invitation.model_dump(exclude={"token_hash", "invited_by"})
    return InvitationOut(**changes, token=token)


def show_key(key: ApiKey, secret: str | None = None) -> KeyOut:
    """Return the key, with its secret only in the answer that made it."""
    return KeyOut(**key.model_dump(exclude={"secret_hash", "organisation_id"}), secret=secret)
