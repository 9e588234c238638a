"""The state of a patent during an import: what the database holds, and what earlier rows of the file changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol

from backend.patents.codes import HoldingState, LegalStatus, PatentKind, SetBy
from backend.patents.fact_rules import Condensed
from backend.patents.legal_events.derived_status import settled
from backend.patents.legal_events.status_rules import Fact, digest_of
from backend.patents.models import ESTABLISHED
from backend.patents.provenance_rules import remarked
from backend.patents.queries import fact_of

LONG: Final = ("abstract", "abstract_en", "first_claim")


class Moment(Protocol):
    """When a file is planned."""

    @property
    def now(self) -> datetime:
        """The moment."""

    @property
    def today(self) -> date:
        """Its day in China."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A stock-taking grade as a row gives it."""

    grade: str
    assessed_on: date
    method: str | None


@dataclass(slots=True)
class Period:
    """That a party holds or held a patent, from when to when; `is_mine` where the importer entered it.

    `name_key` is its folded name today, `former_keys` are those that it bore before.
    """

    id: str
    party: str
    state: HoldingState
    organisation_id: str | None
    is_mine: bool
    effective_on: date | None = None
    ended_on: date | None = None
    ended_because: str | None = None
    end_recorded_at: datetime | None = None
    name_key: str = ""
    former_keys: frozenset[str] = frozenset()

    @property
    def is_living(self) -> bool:
        """Whether it has not ended."""
        return self.state is not HoldingState.ENDED

    def holds_before(self, day: date) -> bool:
        """Whether the party held the patent until that day at least, as far as is known."""
        begun = self.effective_on is None or self.effective_on < day
        return begun and (self.ended_on is None or self.ended_on >= day)


@dataclass(slots=True)
class PatentState:
    """A patent as the import sees it; what the next batch writes is in the fields from `writes` on.

    `row` has the register's facts in compact form, `set_by` who set one where it matters, `holders` the state of each
    party's holding; parties that are not there yet go by their folded names. `stand_ins` are the holders off the
    platform whom nobody has verified, by folded name: whoever entered the register named them, and the organisation of
    that name takes their place when it comes, unless it is among the `renamed`: those bear another name
    than when they were said to hold the patent.
    """

    id: str
    office: str
    stored: bool
    created_at: datetime
    row: dict[str, Any]
    facts_by: str | None
    private_to: str = ESTABLISHED
    expiry_override: date | None = None
    stored_status: LegalStatus = LegalStatus.UNKNOWN
    listed: bool = False
    burdened: bool = False  # rights stand on it
    holders: dict[str, HoldingState] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)
    renamed: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)
    grade: Graded | None = None
    recorded: list[Any] = field(default_factory=list)  # rows of its legal events, read where anybody asks
    event: list[Fact] = field(default_factory=list)
    standing: dict[str, Any] = field(default_factory=dict)
    writes: dict[str, Any] = field(default_factory=dict)
    holds: list[str] = field(default_factory=list)
    events: list[Fact] = field(default_factory=list)
    graded: Graded | None = None
    merges: list[str] = field(default_factory=list)
    taken_over: str | None = None
    set_by: dict[str, str] | None = None
    periods: list[Period] | None = None  # of its holdings, where a row tells of a change of holders
    begun: list[Period] = field(default_factory=list)
    altered: list[Period] = field(default_factory=list)
    ended: list[Period] = field(default_factory=list)
    parts: tuple[str, ...] = ()  # the stored patents that were merged into it

    @property
    def is_established(self) -> bool:
        """Whether it is everybody's row, and not its author's alone."""
        return self.private_to == ESTABLISHED

    def concerns(self, organisation_id: str | None) -> str | None:
        """Return the organisation where the patent is its business: of a private row, only the author's."""
        return organisation_id if self.private_to in (ESTABLISHED, organisation_id) else None

    @property
    def history(self) -> list[Fact]:
        """The legal events that are known of it."""
        if self.recorded:
            self.event[:0] = map(fact_of, self.recorded)
            self.recorded = []
        return self.event

    @property
    def event_count(self) -> int:
        """How many legal events are known of it."""
        return len(self.recorded) + len(self.event)

    @property
    def stored_ids(self) -> tuple[str, ...]:
        """The patents on record of which it consists."""
        return (self.id, *self.parts) if self.stored else self.parts

    @property
    def touched(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.writes) or self.is_more

    @property
    def names_holders(self) -> bool:
        """Whether who holds the patent, or when, is to be written."""
        return bool(self.holds or self.begun or self.altered or self.taken_over)

    @property
    def is_more(self) -> bool:
        """Whether there is anything to write beside the patent's own row."""
        return bool(self.names_holders or self.events or self.graded or self.merges)

    @property
    def is_news(self) -> bool:
        """Whether what is to be written changes anything that others see."""
        return self.touched and (self.writes.keys() != {"set_by"} or self.is_more)

    def mark(self, names: Iterable[str], mark: SetBy | None) -> None:
        """Keep who set these facts."""
        if mark is None and self.set_by is None:
            return
        marks = remarked(self.set_by, names, mark)
        if marks != self.set_by:
            self.set_by = self.writes["set_by"] = marks

    @property
    def status(self) -> LegalStatus:
        """Whether the right stands."""
        status: LegalStatus = self.standing.get("legal_status", self.stored_status)
        return status

    @property
    def kind(self) -> PatentKind | None:
        """What is protected."""
        kind: PatentKind | None = self.row["kind"]
        return kind

    @property
    def filing_date(self) -> date | None:
        """The day of filing."""
        day: date | None = self.row["filing_date"]
        return day

    @property
    def grant_date(self) -> date | None:
        """The day of the grant's announcement."""
        day: date | None = self.row["grant_date"]
        return day

    def recompute_status(self, terms: Moment) -> None:
        """Bring status, term and annuity in line with facts and events."""
        self.standing = self.standing_with(self.history, terms)
        self.writes |= self.standing

    def standing_with(self, facts: Sequence[Fact], terms: Moment) -> dict[str, Any]:
        """Return status, term and annuity as they would follow from these legal events."""
        row: Any = self  # has all that a Dated has, to be read
        return settled(row, facts, today=terms.today, now=terms.now)

    def happen(self, fact: Fact) -> None:
        """Add a legal event, unless it is known already, from the same or a surer side."""
        if not self.knows(fact):
            self.history.append(fact)
            self.events.append(fact)

    def knows(self, fact: Fact) -> bool:
        """Whether the legal event is known, from the same or a surer side."""
        return any(known.is_same_fact(fact) and (known.by_authority or not fact.by_authority) for known in self.history)

    def take_over(self, own: str, own_key: str | None) -> bool:
        """Let the organisation take the place of its stand-in, if there is one and it never was a holder itself."""
        stand_in = self.stand_ins.get(own_key) if own_key else None
        if own_key is None or stand_in is None or stand_in in self.renamed or own in self.holders:
            return False
        del self.stand_ins[own_key]
        self.holders[own] = self.holders.pop(stand_in)
        self.taken_over = stand_in
        return True

    def remembered(self) -> None:
        """Forget what would have been written, and keep what would be known then."""
        self.event = self.history
        self.row |= {name: Condensed.of(self.row[name]) for name in LONG if self.row[name]}
        self.writes, self.holds, self.events, self.graded, self.merges = {}, [], [], None, []
        self.begun, self.altered, self.ended = [], [], []
        self.taken_over = None


def details_of(fact: Fact) -> dict[str, Any]:
    """Return what the stored event says beyond its kind and days."""
    values = {
        "status": fact.status and fact.status.value,
        "year": fact.year,
        "from_holders": list(fact.holders_before) or None,
        "to_holders": list(fact.holders_after) or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def stored_digest(fact: Fact) -> bytes:
    """Return the hash by which the event counts once."""
    return digest_of(fact.kind, fact.effective_on, details_of(fact), by_authority=fact.by_authority)
