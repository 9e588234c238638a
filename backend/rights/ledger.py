"""The input of the permission rules: a patent's status, holders and encumbrances, and the requested act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

from backend.patents.codes import Finding, HoldingState, LegalStatus, PatentKind
from backend.rights.codes import Act, ConsentState, LicenceType, Origin, RightKind, Whose
from backend.rights.scope_rules import ALL, Period, Scope

CHINA: Final = "CN"
LONG_AGO: Final = datetime(1985, 4, 1, tzinfo=UTC)  # the Patent Law takes effect


class Annuity(StrEnum):
    """How the annuities stand, as far as anybody recorded it; silence after a due day is not taken for default."""

    PAID = "paid"
    UNKNOWN = "unknown"
    UNRECORDED = "unrecorded"
    UNPAID = "unpaid"


@dataclass(frozen=True, slots=True)
class Register:
    """What the register tells of the right itself."""

    kind: PatentKind | None
    legal_status: LegalStatus
    status_since: date | None
    is_granted: bool
    expiry: date | None  # the first day after the term
    annuity: Annuity = Annuity.UNKNOWN
    unpaid_since: date | None = None
    paid_through: date | None = None  # until this day, not with it, the recorded annuities keep the right alive
    suspended_since: date | None = None
    invalidation_since: date | None = None  # a request that is not decided yet
    report: Finding | None = None
    report_on: date | None = None
    office: str = CHINA
    next_on: date | None = None  # the next day from which something on record already holds


@dataclass(frozen=True, slots=True)
class Holder:
    """One who holds the patent."""

    party_id: str
    organisation_id: str | None = None
    state: HoldingState = HoldingState.VERIFIED


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger, as it stands."""

    id: str
    kind: RightKind
    period: Period
    licence_type: LicenceType | None = None
    origin: Origin = Origin.HERE
    scope: Scope = ALL
    party_id: str | None = None
    grantors: frozenset[str] = frozenset()
    sub_licensing: bool = False
    own_working: bool = False  # an ordinary licence that counts as a sole licensor's own working
    carves_out: frozenset[str] = frozenset()
    terms_hash: str | None = None
    under: str | None = None  # of a sub-licence: the licence that it stands and falls with
    is_announced: bool = False
    recorded_at: datetime = LONG_AGO


@dataclass(frozen=True, slots=True)
class Agreement:
    """What co-owners agreed: for an act, who must act together; acts that it does not name follow the law."""

    id: str
    acts: Mapping[Act, tuple[Whose, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Given:
    """A consent that was given: to what act, on which terms, and for what it was used."""

    id: str
    act: Act
    party_id: str
    terms_hash: str
    state: ConsentState = ConsentState.GIVEN
    used_by: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """A patent at one moment: the register's word, its holders, their agreement, its burdens, what was consented to."""

    register: Register
    holders: tuple[Holder, ...]
    entries: tuple[Entry, ...] = ()
    agreement: Agreement | None = None
    consents: tuple[Given, ...] = ()

    def of_kind(self, kind: RightKind, period: Period) -> Iterator[Entry]:
        """Return the entries of a kind that hold on some day of the period."""
        return (e for e in self.entries if e.kind is kind and e.period.overlaps(period))

    def licences(self, *types: LicenceType, period: Period) -> Iterator[Entry]:
        """Return the licences of these types that hold on some day of the period; sub-licences are within theirs."""
        return (e for e in self.of_kind(RightKind.LICENCE, period) if e.licence_type in types and e.under is None)


FOR_A_TERM: Final = frozenset(Act) - {Act.ASSIGN, Act.PLEDGE, Act.ABANDON}


@dataclass(frozen=True, slots=True)
class PermissionRequest:
    """An act that somebody has in mind: who, on which day, with what scope and term, in whose favour."""

    act: Act
    on: date
    by: frozenset[str]  # the parties that act together
    starts_on: date | None = None
    ends_on: date | None = None
    scope: Scope = ALL
    to_party: str | None = None
    to_abroad: bool = False
    publicly_funded: bool = False
    terms_hash: str | None = None
    subject: str | None = None  # the thing for which consents were used already
    carves_out: frozenset[str] = frozenset()
    own_working: bool = False
    licence: str | None = None  # the entry under which a sub-licence is granted
    confirmed: frozenset[str] = field(default_factory=frozenset)

    @property
    def start(self) -> date:
        """The first day of what is granted; a grant dated back meets what held then."""
        return self.starts_on or self.on

    @property
    def period(self) -> Period:
        """The days of what is granted; who assigns or abandons does it for good, a pledge outlives its debt's term."""
        return Period.of(self.start, self.ends_on if self.act in FOR_A_TERM else None)

    @property
    def today(self) -> Period:
        """The day on which it is asked."""
        return Period.of(self.on, self.on)
