"""Questions to the ledger and its answers, and consents."""

from datetime import date
from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, Field

from backend.core.canonical import LARGEST
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Instant, LongLine, Moment, Out
from backend.core.text_rules import clean
from backend.files.schemas import FileIds, FileRef
from backend.patents.schemas import example
from backend.rights.codes import Act, ConsentState, Permission, Sureness
from backend.rights.schemas import PartyId, RightIdRef, RuleCode, TermsHash, Territory, Workings

FieldsAsked = Annotated[  # numbers come as text in a query
    list[Annotated[int, Field(ge=1, le=35)]],
    Field(max_length=35, description="Fields of use, of /v1/reference/technology-fields; none: all."),
]


class PermissionsQuery(Body):
    """Which acts, with what scope and term, for whom, on which day."""

    act: list[Act] = Field([], max_length=len(Act), description="Which acts; none: all of them.")
    by: list[PartyId] = Field(
        [],
        max_length=50,
        description="Who would act; none: of a sub-licence the licensee, else the caller's organisation where it holds "
        "the patent, else its holders together.",
    )
    starts_on: Day | None = None
    ends_on: Day | None = Field(None, description="The last day of what is granted, or of the secured debt.")
    territory: Territory = Field([])
    fields: FieldsAsked = Field([])
    working: Workings = Field([])
    to_party: PartyId | None = Field(None, description="Licensee, assignee or pledgee.")
    to_abroad: bool = Field(False, description="It is outside the mainland; not needed where its `country` says so.")
    publicly_funded: bool = False
    terms_hash: TermsHash | None = None
    carves_out: list[RightIdRef] = Field([], max_length=100)
    own_working: bool = False
    licence: RightIdRef | None = Field(None, description="Of a sub-licence.")
    confirmed: list[RuleCode] = Field([], max_length=20)
    valid_on: Day | None = Field(None, description="On this day; today if absent.")
    known_at: Instant | None = Field(None, description="By what was known then; now if absent.")


class ReasonOut(Out):
    """What stands against an act."""

    code: str
    leads_to: Permission
    detail: str
    rule: str | None = Field(description="The legal source; none: the platform's own prudence.")
    sure: Sureness = Field(description="C: read in the law; C2: a secondary source; P: the platform's own prudence.")
    cure: str
    since: date | None
    needs: Literal["consent", "confirmation"] | None = None
    of: list[str] = Field(description="Parties that have to consent, or `holder` or `authority` who confirms.")
    about: list[str] = Field(description="Entries of the ledger, for those who may see them.")


class PermissionOut(Out):
    """Whether an act may be done now, and every reason why not."""

    act: Act
    answer: Permission
    reasons: list[ReasonOut]


class PermissionsOut(Out):
    """The answers, one for each act."""

    patent_id: str
    by: list[str] = Field(description="Who would do the first of the acts; shown to holders and offices.")
    valid_on: date
    known_at: Moment
    items: list[PermissionOut]


DEEPEST, LONGEST = 20, 20_000


def _plain(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST}")
    if isinstance(value, str):
        clean(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _plain(key, depth)
            _plain(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _plain(inner, depth + 1)
    elif isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError("whole numbers go up to 2**53 - 1")
    return value


def _short(value: dict[str, Any]) -> dict[str, Any]:
    _plain(value)
    if len(orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_SUBCLASS)) > LONGEST:
        raise ValueError(f"longer than {LONGEST} bytes of JSON")
    return value


Terms = Annotated[dict[str, Any], AfterValidator(_short)]


class ConsentIn(Body):
    """Asks others for their consent to an act on exact terms."""

    model_config = example(
        act="declare_open_licence",
        terms={"fee": {"form": "lump_sum", "lump_sum_fen": 5000000}, "ends_on": "2028-12-31"},
        note="请于本月底前答复。",
    )

    act: Act
    party_id: PartyId | None = Field(None, description="Who is asked; absent: every other holder.")
    terms: Terms = Field(max_length=100, description="What is consented to; its canonical JSON is hashed.")
    note: LongLine | None = None


class ConsentAnswer(Body):
    """What the party that was asked says."""

    model_config = example(answer="given", terms_hash="0" * 64)

    answer: Literal["given", "refused"]
    terms_hash: TermsHash = Field(description="Of the terms that were read: the consent is bound to them.")
    reason: LongLine | None = None
    evidence_files: FileIds = Field([], description="Needed for a party off the platform.")


class ConsentOut(Out):
    """A consent: to which act, on which terms, of whom, and how far it has come."""

    id: str
    patent_id: str
    act: Act
    party_id: str
    party_name: str
    asked_by: str
    terms: dict[str, Any]
    terms_hash: str
    note: str | None
    state: ConsentState
    asked_at: Moment
    answered_at: Moment | None
    answered_by: str | None
    on_evidence: bool
    reason: str | None
    used_at: Moment | None
    used_by: str | None
    revoked_at: Moment | None
    evidence_files: list[FileRef]
    version: int


class ConsentsOut(Out):
    """One page of consents, the newest first."""

    items: list[ConsentOut]
    next_cursor: str | None


class ConsentsAsked(Out):
    """The consents that were asked for."""

    items: list[ConsentOut]


class ConsentsQuery(PageQuery):
    """Which consents."""

    state: list[ConsentState] = Field([], max_length=len(ConsentState))
    act: list[Act] = Field([], max_length=len(Act))
    side: Literal["asked_by_us", "asked_of_us"] | None = None
