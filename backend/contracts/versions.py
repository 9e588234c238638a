"""How a version comes to be: terms in canonical JSON, the paper, and the hash that a signature binds; kept for good."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.contracts.codes import VersionKind, VersionStatus
from backend.contracts.errors import ContractTooLong, TooManyVersions
from backend.contracts.models import Contract, ContractDocument, ContractSide, ContractVersion
from backend.contracts.papers import wording as words
from backend.contracts.papers.content import Amended, PaperContent, PaperSide, bound, length
from backend.contracts.papers.layout import contract_pdf
from backend.contracts.policy import ContractPolicy
from backend.contracts.rules import LONGEST_TERMS, LONGEST_TEXT, MOST_VERSIONS, expires_at
from backend.core.canonical import canonical
from backend.core.contract_template import Clause, ContractTemplate, SideName, SideNames
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.ids import new_id

DOCUMENT: Final = table_of(ContractDocument)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to become a version: `terms` are plain JSON; `amended` is the version that it changes or ends."""

    kind: VersionKind
    template: ContractTemplate
    terms: Mapping[str, Any]
    amended: ContractVersion | None = None
    note: str | None = None


def sha256(content: bytes) -> str:
    """Return the SHA-256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


async def keep_document(session: AsyncSession, content: bytes) -> str:
    """Return the SHA-256 by which the bytes are kept from now on; the same bytes are kept once."""
    digest = sha256(content)
    row = {"sha256": digest, "size": len(content), "content": content}
    await session.execute(insert_into(session, DOCUMENT).values(row).on_conflict_do_nothing())
    return digest


async def add_version(
    session: AsyncSession,
    contract: Contract,
    sides: Sequence[ContractSide],
    draft: Draft,
    *,
    by: Caller,
    policy: ContractPolicy,
    now: datetime,
) -> ContractVersion:
    """Return the version, which the sides can sign from now on; the caller holds the contract.

    Raises ContractTooLong, TooManyVersions.
    """
    if contract.versions >= MOST_VERSIONS:
        raise TooManyVersions(limit=MOST_VERSIONS)
    contract.versions += 1
    terms = canonical(dict(draft.terms))
    if len(terms) > LONGEST_TERMS:
        raise ContractTooLong
    content = _content(contract, sides, draft, sha256(terms), policy, now)
    if length(content) > LONGEST_TEXT:
        raise ContractTooLong
    document_hash = await keep_document(session, await asyncio.to_thread(contract_pdf, content))
    statement = bound(content, document_hash)
    version = ContractVersion(
        **_facts(draft, content),
        terms=terms,
        document_hash=document_hash,
        bound=statement,
        bound_hash=sha256(statement),
        proposed_by_organisation_id=by.organisation_id,
        proposed_by=by.user_id,
        created_at=now,
        expires_at=expires_at(now, policy.signing_days),
    )
    session.add(version)
    await session.flush()
    return version


def _facts(draft: Draft, content: PaperContent) -> dict[str, Any]:
    """Return what a version keeps of what stands on its paper."""
    return {
        "id": new_id("cver" if draft.kind is VersionKind.CONTRACT else "camd"),
        "contract_id": content.contract_id,
        "number": content.number,
        "kind": draft.kind,
        "status": VersionStatus.OPEN,
        "template_name": content.template_name,
        "template_version": content.template_version,
        "terms_hash": content.terms_hash,
        "amends_version_id": draft.amended.id if draft.amended else None,
        "note": draft.note,
    }


def _content(
    contract: Contract,
    sides: Sequence[ContractSide],
    draft: Draft,
    terms_hash: str,
    policy: ContractPolicy,
    now: datetime,
) -> PaperContent:
    paper_sides = [_side(side, draft.template) for side in sides]
    amended = draft.amended
    return PaperContent(
        title=draft.template.title,
        contract_id=contract.id,
        number=contract.versions,
        kind=draft.kind,
        template_name=draft.template.name,
        template_version=draft.template.version,
        drawn_up_at=now,
        sides=paper_sides,
        clauses=_clauses(draft, paper_sides),
        terms_hash=terms_hash,
        amended=Amended(number=amended.number, terms_hash=amended.terms_hash) if amended else None,
        note=draft.note,
        is_demonstration=policy.is_demonstration,
    )


def _clauses(draft: Draft, sides: Sequence[PaperSide]) -> Sequence[Clause]:
    if draft.kind is VersionKind.TERMINATION:
        return words.TERMINATION
    template = draft.template
    names = {
        code: SideNames(title, tuple(side.name for side in sides if side.code == code))
        for code, title in template.sides.items()
    }
    return template.clauses(template.terms.model_validate(draft.terms), names)


def _side(side: ContractSide, template: ContractTemplate) -> PaperSide:
    return PaperSide(
        number=side.number,
        code=side.code,
        title=template.sides[side.code],
        organisation_id=side.organisation_id,
        party_id=side.party_id,
        name=SideName(side.name, side.name_en, side.credit_code),
    )
