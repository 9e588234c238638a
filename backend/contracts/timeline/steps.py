"""A step of a contract, noted in its timeline and told as an event in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.contracts.codes import VersionKind
from backend.contracts.events import ContractEvent, contract_event
from backend.contracts.models import Contract, ContractSide, ContractVersion
from backend.contracts.timeline.service import TimelineFile, record
from backend.core.events.log import append


async def take_step(
    session: AsyncSession,
    kind: type[ContractEvent],
    contract: Contract,
    sides: Sequence[ContractSide],
    version: ContractVersion,
    *,
    by: Caller | None,
    now: datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    files: Sequence[TimelineFile] = (),
    **facts: str,
) -> None:
    """Note what was done to the contract or to a version of it, and append its event for all sides."""
    about = {"version": version.number}
    await record(
        session, subject=contract.id, kind=kind.type, by=by, now=now, old=old, new=about | dict(new or {}), files=files
    )
    event = contract_event(
        contract,
        kind,
        [side.organisation_id for side in sides],
        number=version.number,
        amendment_id=None if version.kind is VersionKind.CONTRACT else version.id,
        actor=by.user_id if by else None,
        **facts,
    )
    await append(session, event, now)
