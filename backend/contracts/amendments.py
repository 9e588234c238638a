"""How terms in force are changed, and a contract ended, by what all sides sign; a domain above can propose it too."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.contracts import queries, rules
from backend.contracts.access import HeldAmendment, HeldContract
from backend.contracts.codes import VersionKind
from backend.contracts.errors import AmendmentOpen, NothingAmended, TermsNotAmendable
from backend.contracts.events import (
    ContractAmendmentProposed,
    ContractAmendmentRefused,
    ContractTerminationProposed,
)
from backend.contracts.models import Contract, ContractVersion
from backend.contracts.policy import ContractPolicy
from backend.contracts.rules import Action, VersionAction
from backend.contracts.schemas import AmendmentIn, RefusalIn
from backend.contracts.service import paper_of, papers, refusal_of
from backend.contracts.timeline.steps import take_step
from backend.contracts.versions import Draft, add_version
from backend.core.contract_template import ContractTemplate
from backend.core.errors import FieldError, Malformed, Text

NOT_AMENDABLE = Text("该条款不能由一方提出变更。", "A side cannot propose to change this term.")
WRONG_TERM = Text("条款内容不正确：{why}", "The term is not as it must be: {why}")


async def propose_as_side(
    session: AsyncSession,
    held: HeldContract,
    template: ContractTemplate,
    body: AmendmentIn,
    policy: ContractPolicy,
    now: datetime,
) -> ContractVersion:
    """Return the amendment that a side proposes; raise TermsNotAmendable and what `propose` raises."""
    not_amendable = [name for name in body.changes if name not in template.amendable]
    if not_amendable:
        raise TermsNotAmendable(
            errors=[FieldError(f"/changes/{name[:100]}", "not_amendable", NOT_AMENDABLE) for name in not_amendable]
        )
    return await propose(
        session, held.contract, template, body.changes, note=body.note, by=held.caller, policy=policy, now=now
    )


async def propose(
    session: AsyncSession,
    contract: Contract,
    template: ContractTemplate,
    changes: Mapping[str, Any],
    *,
    note: str | None,
    by: Caller,
    policy: ContractPolicy,
    now: datetime,
) -> ContractVersion:
    """Return an amendment of the terms in force, which all sides are to sign; `changes` are terms by name, whole.

    Raises ContractNotInState, AmendmentOpen, NothingAmended, Malformed where the terms would not be valid.
    """
    contract, in_force = await _in_force(session, contract.id, Action.AMEND)
    old = json.loads(in_force.terms)
    terms = _valid(template, {**old, **changes})
    if terms == old:
        raise NothingAmended
    draft = Draft(kind=VersionKind.AMENDMENT, template=template, terms=terms, amended=in_force, note=note)
    sides = (await queries.sides(session, [contract.id]))[contract.id]
    version = await add_version(session, contract, sides, draft, by=by, policy=policy, now=now)
    contract.version += 1
    changed_from, changed_to = rules.changed_terms(old, terms)
    hashes = {"terms_hash": version.terms_hash, "bound_hash": version.bound_hash}
    await take_step(
        session, ContractAmendmentProposed, contract, sides, version, by=by, now=now,
        old={"terms_hash": in_force.terms_hash, "terms": changed_from},
        new={**hashes, "terms": changed_to, "note": note}, files=[paper_of(version)],
    )  # fmt: skip
    return version


async def _in_force(session: AsyncSession, contract_id: str, action: Action) -> tuple[Contract, ContractVersion]:
    """Return the contract, held, and the version whose terms are in force, if nothing else waits for signatures."""
    contract = await queries.locked(session, contract_id)
    rules.next_in_force(contract.status, action)
    waiting = await queries.open_version(session, contract_id)
    if waiting is not None:
        raise AmendmentOpen(amendment_id=waiting.id)
    version_id = contract.terms_version_id or contract.present_version_id
    return contract, (await queries.versions_by_id(session, [version_id]))[version_id]


def _valid(template: ContractTemplate, terms: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return template.terms.model_validate(terms).model_dump(mode="json")
    except ValidationError as wrong:
        raise Malformed(
            errors=[
                FieldError(
                    "/changes/" + "/".join(str(part)[:100] for part in error["loc"]),
                    error["type"],
                    WRONG_TERM,
                    {"why": error["msg"]},
                )
                for error in wrong.errors(include_input=False, include_url=False)[:20]
            ]
        ) from None


async def propose_termination(
    session: AsyncSession,
    held: HeldContract,
    template: ContractTemplate,
    note: str,
    policy: ContractPolicy,
    now: datetime,
) -> ContractVersion:
    """Return the agreement that ends the contract once all sides have signed it.

    Raises ContractNotInState, AmendmentOpen.
    """
    contract, in_force = await _in_force(session, held.contract.id, Action.TERMINATE)
    terms = {"contract_id": contract.id, "terms_hash": in_force.terms_hash, "note": note}
    draft = Draft(kind=VersionKind.TERMINATION, template=template, terms=terms, amended=in_force, note=note)
    version = await add_version(session, contract, held.sides, draft, by=held.caller, policy=policy, now=now)
    contract.version += 1
    kind = ContractTerminationProposed
    await take_step(session, kind, contract, held.sides, version, by=held.caller, now=now, **papers(version))
    return version


async def refuse(session: AsyncSession, amendment: HeldAmendment, body: RefusalIn, now: datetime) -> ContractVersion:
    """Return the amendment, which nobody can sign any more; the contract stays as it is.

    Raises ContractVersionNotOpen.
    """
    held, version = amendment.held, amendment.version
    version.status = rules.next_version_status(version.status, VersionAction.REFUSE)
    version.ended_at, version.refusal = now, refusal_of(held.caller, body, now)
    held.contract.version += 1
    await take_step(
        session, ContractAmendmentRefused, held.contract, held.sides, version, by=held.caller, now=now,
        new=body.model_dump(mode="json"), reason=body.reason.value,
    )  # fmt: skip
    return version
