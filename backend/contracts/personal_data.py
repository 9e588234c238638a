"""What contracts keep about people: who drew up, who signed, who did what; and what keeps the last one from going."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import User
from backend.contracts.certificates.models import OrganisationCertificate
from backend.contracts.codes import ContractStatus
from backend.contracts.models import Contract, ContractSignature, ContractVersion
from backend.contracts.queries import of_organisation
from backend.contracts.timeline.models import TimelineEntry
from backend.core.database.columns import table_of
from backend.core.errors import Reason, Text
from backend.core.personal_data import Erasure, PersonalData

USER: Final = table_of(User)
BETWEEN_SIDES: Final = Text(
    "合同及其经过是各方之间的证据，其他各方须能查阅和核验。",
    "a contract and how it came about are evidence between its sides, which the others read and check",
)
SIGNED: Final = Text(
    "签署人的身份是合同成立与有效的证据，须随合同保存。",
    "who signed is part of the proof that the contract was concluded, and is kept as long as the contract",
)

PERSONAL_DATA: Final = (
    PersonalData(
        column=table_of(Contract).c.drafted_by,
        purpose=Text("谁拟定了合同", "who drew up a contract"),
        erasure=Erasure.PSEUDONYMISED,
        kept_because=BETWEEN_SIDES,
        shows=("id", "drafted_by_organisation_id", "subject", "created_at"),
    ),
    PersonalData(
        column=table_of(ContractVersion).c.proposed_by,
        purpose=Text("谁提出了合同版本或补充协议", "who proposed a version of a contract or an amendment"),
        erasure=Erasure.PSEUDONYMISED,
        kept_because=BETWEEN_SIDES,
        shows=("id", "contract_id", "number", "kind", "proposed_by_organisation_id", "note", "created_at"),
    ),
    PersonalData(
        column=table_of(ContractSignature).c.user_id,
        purpose=Text("谁签署了合同", "who signed a contract"),
        erasure=Erasure.KEPT,
        kept_because=SIGNED,
        shows=("id", "contract_id", "organisation_id", "signatory_name", "means", "signed_at"),
    ),
    PersonalData(
        column=table_of(TimelineEntry).c.user_id,
        purpose=Text("合同时间线中由谁所为", "who did what in the timeline of a contract"),
        erasure=Erasure.PSEUDONYMISED,
        kept_because=BETWEEN_SIDES,
        shows=("subject", "kind", "organisation_id", "at"),
    ),
    PersonalData(
        column=table_of(OrganisationCertificate).c.entered_by,
        purpose=Text("谁登记了单位的签名证书", "who entered the organisation's signing certificate"),
        erasure=Erasure.PSEUDONYMISED,
        kept_because=Text(
            "单位须知道其签名证书由谁登记。", "the organisation must know who entered the certificate it signs with"
        ),
        shows=("organisation_id", "subject", "entered_at"),
    ),
)
REFERENCES: Final = tuple((data.column, USER.c.id) for data in PERSONAL_DATA)

LIVING: Final = (ContractStatus.SIGNING, ContractStatus.EFFECTIVE)
LIVES: Final = Text(
    "单位是 {number} 份签署中或已生效合同的一方。",
    "The organisation is a side of {number} contracts that are being signed or in force.",
)
CURE: Final = Text(
    "请先终止这些合同，或先邀请他人成为 owner。",
    "End them first, or have somebody else become an owner.",
)


async def of_leaving(session: AsyncSession, organisation_id: str) -> Sequence[Reason]:
    """Return why the organisation cannot be left by everybody; nothing where it can."""
    counting = sa.select(sa.func.count()).select_from(Contract)
    counting = counting.where(of_organisation(organisation_id), col(Contract.status).in_(LIVING))
    number = (await session.execute(counting)).scalar_one()
    return [Reason("contracts_live", LIVES, cure=CURE, facts={"number": number})] if number else []
