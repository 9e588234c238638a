"""What rights look like outside: entries that come in, the ledger that goes out."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Fen, Instant, Line, LongLine, Moment, Out
from backend.core.ids import id_pattern
from backend.files.schemas import FileIds, FileRef
from backend.patents.codes import Finding, LegalStatus
from backend.patents.schemas import HolderOut, example
from backend.reference.lists import codes
from backend.rights.codes import Act, LicenceType, Origin, RightKind, Whose, Working
from backend.rights.errors import DatesReversed
from backend.rights.ledger import Annuity

PartyId = Annotated[str, Field(pattern=id_pattern("pty"), examples=["pty_01h455vb4pex5vsknk084sn02q"])]
RightIdRef = Annotated[str, Field(pattern=id_pattern("rgt"))]
TermsHash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of the terms' canonical JSON.")]
RuleCode = Annotated[str, Field(pattern="^[a-z_]{3,60}$")]


def _known_region(code: str) -> str:
    if code not in codes("regions"):
        raise ValueError("no such region; GET /v1/reference/regions names those there are")
    return code


Region = Annotated[str, AfterValidator(_known_region)]
Territory = Annotated[list[Region], Field(max_length=100, description="GB/T 2260 codes; none: the whole mainland.")]
Fields = Annotated[
    list[Annotated[int, Field(ge=1, le=35, strict=True)]],
    Field(max_length=35, description="Fields of use, of /v1/reference/technology-fields; none: all."),
]
Workings = Annotated[
    list[Working], Field(max_length=5, description="Ways of working (Patent Law, art. 11); none: all.")
]


class ScopeIn(Body):
    """What a licence covers, and when."""

    territory: Territory = Field([])
    fields: Fields = Field([])
    working: Workings = Field([])
    starts_on: Day | None = Field(None, description="The first day; absent: the day on which it takes effect.")
    ends_on: Day | None = Field(None, description="The last day; absent: not limited in time.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise DatesReversed
        return self


class RightIn(ScopeIn):
    """What burdens a patent: a fact established elsewhere, with evidence, or a grant made here, which is checked."""

    model_config = example(
        kind="licence",
        licence_type="exclusive",
        party_name="重庆示例新材料有限公司",
        territory=["500000"],
        starts_on="2026-01-01",
        ends_on="2028-12-31",
        effective_on="2026-01-01",
        announced_on="2026-03-10",
        source="专利实施许可合同备案公告",
        number="X2026500000012",
        evidence_files=["fil_01h455vb4pex5vsknk084sn02q"],
    )

    kind: RightKind
    origin: Origin = Field(Origin.OUTSIDE, description="`here`: refused where the ledger does not permit it.")
    licence_type: LicenceType | None = Field(None, description="Of a licence; one of no clear type is ordinary.")
    party_id: PartyId | None = Field(None, description="Licensee, pledgee, holder of the option.")
    party_name: Line | None = Field(None, description="The same by name.")
    grantors: list[PartyId] = Field([], max_length=50, description="Who granted it; none: the caller's organisation.")
    sub_licensing: bool = Field(False, description="Whether the licensee may sub-license.")
    own_working: bool = Field(False, description="In place of a sole licensor's own working (art. 27).")
    carves_out: list[RightIdRef] = Field([], max_length=100, description="Earlier licences that are left standing.")
    licence: RightIdRef | None = Field(None, description="Of a sub-licence: the licence under which it is granted.")
    effective_on: Day
    announced_on: Day | None = Field(None, description="When the office announced it; then everyone may see it.")
    source: Line = Field(description="Where it is written: contract, register, order of a court.")
    number: Line | None = Field(None, description="Under which the office has it.")
    secured_fen: Fen | None = Field(None, description="Of a pledge: the debt that it secures.")
    terms_hash: TermsHash | None = Field(None, description="The terms to which others consented.")
    confirmed: list[RuleCode] = Field(
        [], max_length=20, description="Reasons that the grantor confirms to have seen to."
    )
    to_abroad: bool = Field(
        False, description="Whoever acquires it is outside the mainland; not needed where its `country` says so."
    )
    publicly_funded: bool = False
    note: LongLine | None = None
    evidence_files: FileIds = Field([])


class RightEnding(Body):
    """That an entry holds no more."""

    model_config = example(
        ended_on="2026-06-30", reason="许可合同解除", evidence_files=["fil_01h455vb4pex5vsknk084sn02q"]
    )

    ended_on: Day = Field(description="The first day on which it holds no more.")
    reason: LongLine
    evidence_files: FileIds = Field([])


class RightCorrection(RightIn):
    """What the entry should have said; the wrong one stays on record."""

    model_config = example(
        kind="licence",
        licence_type="ordinary",
        party_name="重庆示例新材料有限公司",
        effective_on="2026-01-01",
        source="专利实施许可合同备案公告（更正）",
        evidence_files=["fil_01h455vb4pex5vsknk084sn02q"],
        reason="许可种类登记有误",
    )

    reason: LongLine


class ConflictOut(Out):
    """What stood against an entry when it was recorded."""

    code: str
    about: list[str] = Field(description="Entries of the ledger.")


class RightOut(Out):
    """One entry of the ledger."""

    id: str
    patent_id: str
    kind: RightKind
    origin: Origin
    licence_type: LicenceType | None
    party_id: str | None
    party_name: str | None
    grantors: list[str]
    territory: list[str]
    fields: list[int]
    working: list[Working]
    sub_licensing: bool
    own_working: bool
    carves_out: list[str]
    starts_on: date
    ends_on: date | None
    effective_on: date
    announced_on: date | None
    recorded_at: Moment
    recorded_by: str | None = Field(description="Shown to holders, offices and the party itself, as what follows.")
    source: str | None
    number: str | None
    details: dict[str, Any]
    terms_hash: str | None
    conflicts: list[ConflictOut]
    confirmed: list[str]
    ended_on: date | None
    ended_because: str | None
    corrects: str | None
    corrected_by: str | None
    evidence_files: list[FileRef]
    version: int


class StandingOut(Out):
    """What the register tells of the right; derived from legal events."""

    legal_status: LegalStatus
    status_since: date | None
    granted: bool
    expiry_date: date | None = Field(description="The first day after the term.")
    annuity: Annuity
    annuity_unpaid_since: date | None
    annuity_paid_through: date | None
    suspended_since: date | None
    invalidation_pending_since: date | None
    evaluation_report: Finding | None
    agreement_id: str | None = Field(
        description="The newest that binds the co-owners; for an act that it does not name, an older one may. Shown to "
        "holders and offices."
    )
    holders: list[HolderOut]


class RightsOut(Out):
    """What burdens a patent: the register's word, its holders, and a page of entries, oldest first."""

    patent_id: str
    valid_on: date
    known_at: Moment
    standing: StandingOut
    items: list[RightOut]
    next_cursor: str | None


class RightsQuery(PageQuery):
    """Which entries, and at which moment."""

    kind: list[RightKind] = Field([], max_length=len(RightKind))
    in_force: bool | None = Field(None, description="Only those that hold on `valid_on`, or only the others.")
    valid_on: Day | None = Field(None, description="What held on this day; today if absent.")
    known_at: Instant | None = Field(None, description="By what was known then; now if absent.")


class AgreedIn(Body):
    """Who must act together."""

    who: Whose = Field(description="`each` alone, those `named`, or `all`.")
    parties: list[PartyId] = Field([], max_length=50, description="Of `named`.")

    @model_validator(mode="after")
    def _names_those_named(self) -> Self:
        if (self.who is Whose.NAMED) != bool(self.parties):
            raise ValueError("`parties` are given for `named`, and for it alone")
        return self


class AgreementIn(Body):
    """What the co-owners agreed about the exercise of their right (Patent Law, art. 14(1))."""

    model_config = example(
        acts={"grant_ordinary": {"who": "all", "parties": []}, "declare_open_licence": {"who": "all", "parties": []}},
        effective_on="2026-01-01",
        source="共有专利权行使协议",
        evidence_files=["fil_01h455vb4pex5vsknk084sn02q"],
    )

    acts: dict[Act, AgreedIn] = Field(min_length=1, description="For an act, who must act together.")
    effective_on: Day
    ends_on: Day | None = None
    source: Line
    evidence_files: FileIds = Field([])


class AgreementOut(Out):
    """An agreement of the co-owners; it counts once all of them who are on the platform have entered the same."""

    id: str
    patent_id: str
    acts: dict[Act, AgreedIn]
    signed_by: list[str] = Field(description="Parties.")
    binding: bool
    effective_on: date
    ends_on: date | None
    ended_on: date | None
    recorded_at: Moment
    source: str
    evidence_files: list[FileRef]
    version: int


class AgreementsOut(Out):
    """One page of agreements, oldest first."""

    items: list[AgreementOut]
    next_cursor: str | None
