"""What pledges look like in answers."""

from typing import Literal

from pydantic import Field

from backend.core.http.schemas import Moment, Out, Version
from backend.financing.codes import Ground
from backend.pledges.codes import (
    ChangeKind,
    ChangeStatus,
    DisposalMethod,
    PledgeKind,
    PledgeSide,
    PledgeStatus,
    ProceedsUse,
    ReleaseReason,
    SecuredItem,
    WatchKind,
)


class PledgeConfirmationOut(Out):
    """What a side has confirmed, and when."""

    side: PledgeSide
    organisation_id: str
    patent_id: str
    ground: Ground
    confirmed_at: str


class PledgeClaimOut(Out):
    """What a pledgor or the debtor says, which awaits the word of pledgee or office."""

    claim: str = Field(description="registered | refused | correction_asked | withdrawn | released | release_refused …")
    organisation_id: str
    claimed_at: str
    on: str
    number: str | None
    note: str | None


class PledgorOut(Out):
    """A holder who pledges a patent."""

    party_id: str
    organisation_id: str


class PledgedPatentOut(Out):
    """A patent in the pledge."""

    patent_id: str
    pledgors: list[PledgorOut]
    right_id: str | None = Field(description="The entry in the ledger of rights, once it is registered.")
    release_filed_on: str | None
    released_on: str | None
    release_reason: ReleaseReason | None
    disposed_on: str | None


class PledgeCorrectionOut(Out):
    """What the office asks to correct."""

    asked_on: str
    note: str | None


class PledgeOut(Version):
    """A pledge as its sides see it."""

    id: str
    status: PledgeStatus
    kind: PledgeKind
    role: Literal["pledgor", "debtor", "pledgee", "lender", "office"]
    financing_offer_id: str | None = Field(description="Offices are not shown it.")
    contract_id: str | None
    debtor_organisation_id: str
    pledgee_organisation_id: str
    secured_fen: int | None = Field(description="Fen; offices are not shown it.")
    secures: list[SecuredItem]
    debt_from: str
    debt_until: str
    patents: list[PledgedPatentOut]
    confirmations: list[PledgeConfirmationOut]
    claims: list[PledgeClaimOut]
    filed_on: str | None
    filing_number: str | None
    registration_expected_by: str | None = Field(description="By the setting on how long the office takes.")
    correction: PledgeCorrectionOut | None
    refusal_ground: Ground | None
    refusal_note: str | None
    registration_number: str | None
    registered_on: str | None
    release_reason: ReleaseReason | None
    release_due_on: str | None
    release_filed_on: str | None
    released_on: str | None
    defaulted_on: str | None
    default_note: str | None
    cured_on: str | None
    disposed_on: str | None
    revoked_on: str | None
    revocation_note: str | None
    reappraisal_due_on: str | None
    created_at: Moment


class PledgePage(Out):
    """One page of pledges, the newest first."""

    items: list[PledgeOut]
    next_cursor: str | None


class PledgeChangeOut(Out):
    """A change of a registered pledge."""

    id: str
    kind: ChangeKind
    status: ChangeStatus
    before: dict[str, int | str | None]
    after: dict[str, int | str | None]
    agreed_by: list[str] = Field(description="Organisations; whoever filed it agrees to it.")
    filed_on: str
    decided_on: str | None
    note: str | None


class PledgeChangePage(Out):
    """One page of changes, the newest first."""

    items: list[PledgeChangeOut]
    next_cursor: str | None


class DisposalOut(Out):
    """A realisation of pledged patents and how what it brought was distributed."""

    id: str
    method: DisposalMethod
    patent_ids: list[str]
    buyer_party_id: str | None
    disposed_on: str
    proceeds_fen: int
    costs_fen: int
    distribution: dict[str, int] = Field(description="Fen to costs, interest, principal and the pledgor; they sum up.")
    recorded_at: Moment


class DisposalPage(Out):
    """One page of realisations, the newest first."""

    items: list[DisposalOut]
    next_cursor: str | None


class ProceedsOut(Version):
    """What a licence of a pledged patent brought in, and what becomes of it."""

    id: str
    patent_id: str
    licence_id: str
    payment_id: str
    amount_fen: int
    received_at: Moment
    use: ProceedsUse | None
    decided_at: Moment | None
    struck: bool = Field(description="Whether the payment was taken back.")


class ProceedsPage(Out):
    """One page of proceeds, the newest first."""

    items: list[ProceedsOut]
    next_cursor: str | None


class PledgeWatchOut(Out):
    """Something that happened to a pledged patent, and what the pledgee may do about it."""

    patent_id: str
    kind: WatchKind
    about: str
    noticed_at: Moment
    advice: str


class PledgeWatchPage(Out):
    """One page of what happened, the newest first."""

    items: list[PledgeWatchOut]
    next_cursor: str | None
