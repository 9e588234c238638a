"""How the sides sign: one signature each of exactly the bytes that the bound hash names, all of them or none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.contracts import queries, rules
from backend.contracts.access import HeldContract
from backend.contracts.certificates import service as certificates
from backend.contracts.certificates.service import Proof
from backend.contracts.codes import ContractStatus, SigningMeans, VersionKind
from backend.contracts.errors import AlreadySigned, BoundHashStale, ContractVersionNotOpen
from backend.contracts.events import (
    ContractAmended,
    ContractEffective,
    ContractEvent,
    ContractSigned,
    ContractTerminated,
)
from backend.contracts.models import Contract, ContractSide, ContractSignature, ContractVersion
from backend.contracts.policy import ContractPolicy
from backend.contracts.rules import Action, VersionAction
from backend.contracts.schemas import PreparationIn, SignatureIn
from backend.contracts.timeline.service import TimelineFile
from backend.contracts.timeline.steps import take_step
from backend.core.ids import new_id

COMPLETED: Final[dict[VersionKind, tuple[Action, type[ContractEvent]]]] = {
    VersionKind.CONTRACT: (Action.COMPLETE, ContractEffective),
    VersionKind.AMENDMENT: (Action.AMEND, ContractAmended),
    VersionKind.TERMINATION: (Action.TERMINATE, ContractTerminated),
}


async def prepare(
    session: AsyncSession, held: HeldContract, body: PreparationIn, policy: ContractPolicy, now: datetime
) -> certificates.Prepared:
    """Return what the side's private key is to sign.

    Raises BoundHashStale, AlreadySigned, CertificateMissing and what `sign` raises of the moment.
    """
    version, side, _ = await _signature_target(session, held, body.bound_hash, body.side, now)
    return await certificates.prepare(session, version, side, policy, now)


async def sign(
    session: AsyncSession,
    held: HeldContract,
    body: SignatureIn,
    means: SigningMeans,
    policy: ContractPolicy,
    now: datetime,
) -> Contract:
    """Return the contract with the side's signature; with that of the last side what was signed takes effect.

    Raises BoundHashStale, AlreadySigned, SideNotStated, NotThatSide, ContractNotInState, ContractVersionNotOpen,
    PreparationMissing, SignatureInvalid.
    """
    if means is SigningMeans.DEMONSTRATION and not policy.is_demonstration:
        raise ValueError("outside a demonstration everybody who signs proves who he is")
    version, side, signed = await _signature_target(session, held, body.bound_hash, body.side, now)
    contract = held.contract
    if version.kind is VersionKind.CONTRACT:
        contract.status = rules.next_status(contract.status, Action.SIGN)
    proof = await certificates.complete(session, version, side, body.cms, policy, now) if body.cms else None
    signature = await _signature(session, held, version, side, means, proof, now)
    contract.version += 1
    await take_step(
        session, ContractSigned, contract, held.sides, version, by=held.caller, now=now, side=side.code,
        new=_facts(signature, side), files=_files(version, signature),
    )  # fmt: skip
    if rules.is_complete([str(other.number) for other in held.sides], [*signed, str(side.number)]):
        await _complete(session, held, version, now)
    return contract


async def _signature_target(
    session: AsyncSession, held: HeldContract, bound_hash: str, code: str | None, now: datetime
) -> tuple[ContractVersion, ContractSide, Sequence[str]]:
    """Return the version that is signed, the side that signs, and the numbers of those that have signed it."""
    contract = held.contract
    version = await queries.open_version(session, contract.id)
    if version is None:
        raise ContractVersionNotOpen(status=contract.status.value, action=Action.SIGN.value)
    if version.bound_hash != bound_hash:
        raise BoundHashStale
    if version.kind is VersionKind.CONTRACT:
        rules.next_status(contract.status, Action.SIGN)
    elif contract.status is not ContractStatus.EFFECTIVE:
        raise ContractVersionNotOpen(status=contract.status.value, action=Action.SIGN.value)
    if version.expires_at <= now:
        raise ContractVersionNotOpen(status=ContractStatus.EXPIRED.value, action=Action.SIGN.value)
    side = held.side(code)
    signed = [str(signature.side_number) for signature in (await queries.signatures(session, [version.id]))[version.id]]
    if str(side.number) in signed:
        raise AlreadySigned
    return version, side, signed


async def _signature(
    session: AsyncSession,
    held: HeldContract,
    version: ContractVersion,
    side: ContractSide,
    means: SigningMeans,
    proof: Proof | None,
    now: datetime,
) -> ContractSignature:
    caller = held.caller
    signature = ContractSignature(
        id=new_id("sig"),
        version_id=version.id,
        contract_id=version.contract_id,
        side_number=side.number,
        organisation_id=caller.organisation_id,
        user_id=caller.user_id,
        signatory_name=await queries.name_of(session, caller.user_id),
        means=means,
        key_id=caller.key_id,
        bound_hash=version.bound_hash,
        certificate=proof.certificate if proof else None,
        cms_hash=proof.cms_hash if proof else None,
        signed_at=now,
    )
    session.add(signature)
    await session.flush()
    return signature


def _facts(signature: ContractSignature, side: ContractSide) -> dict[str, object]:
    return {
        "signature_id": signature.id,
        "side_number": side.number,
        "side": side.code,
        "means": signature.means.value,
        "bound_hash": signature.bound_hash,
        "certificate_sha256": signature.certificate["sha256"] if signature.certificate else None,
    }


def _files(version: ContractVersion, signature: ContractSignature) -> list[TimelineFile]:
    if signature.cms_hash is None or version.signed_document_hash is None:
        return []
    return [
        TimelineFile(cms_name(version.number, signature.side_number), signature.cms_hash),
        TimelineFile(f"versions/{version.number}/signed.pdf", version.signed_document_hash),
    ]


def cms_name(number: int, side_number: int) -> str:
    """Return what the CMS of a side's signature is called beside the version's other files."""
    return f"versions/{number}/signatures/side-{side_number}.p7s"


async def _complete(session: AsyncSession, held: HeldContract, version: ContractVersion, now: datetime) -> None:
    """Put into effect what all sides have signed, in the transaction of the last signature."""
    contract = held.contract
    action, kind = COMPLETED[version.kind]
    status, before = contract.status, contract.terms_version_id
    contract.status = rules.next_status(contract.status, action)
    version.status = rules.next_version_status(version.status, VersionAction.COMPLETE)
    version.ended_at = now
    if version.kind is VersionKind.CONTRACT:
        contract.effective_at = now
    if version.kind is VersionKind.TERMINATION:
        contract.ended_at, contract.termination_note = now, version.note
    else:
        contract.terms_version_id = version.id
    await take_step(
        session, kind, contract, held.sides, version, by=held.caller, now=now,
        old={"status": status.value, "terms_version": before},
        new={"status": contract.status.value, "terms_version": contract.terms_version_id},
    )  # fmt: skip
