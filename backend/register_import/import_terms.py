"""On what terms a file is planned: for whom, when, and what the importer may say of a patent."""

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Self

from backend.core.clock import china_day
from backend.imports.import_kinds import Importer
from backend.patents.codes import HoldingState, SetBy
from backend.patents.holdings.placeholder_holders import CERTAIN
from backend.patents.models import ESTABLISHED
from backend.patents.provenance_rules import bar_of
from backend.register_import.patent_state import PatentState

HOLDER_FIELDS: Final = frozenset({"holders", "applicants"})


@dataclass(slots=True)
class Questions:
    """How often the importer may still be told today that a number is taken, and how often this batch told it.

    A file that is only checked tells nothing of the kind, so that checking costs no questions.
    """

    left: int
    told: int = 0

    def refusal(self, *, taken: bool) -> str | None:
        """Return the code of why an established patent is not given a number, or None where it may have it."""
        if self.told >= self.left:
            return "quota_used_up"
        self.told += taken
        return "numbers_of_two_patents" if taken else None


@dataclass(frozen=True, slots=True)
class Terms:
    """For whom and when a file is planned; `own` is the importing organisation's party.

    `own_key` is its folded name, once it is verified by its credit code. `private_to` is what a new row is where its
    numbers are free, and `hidden` are the numbers, each with its office, that established rows of others have.
    `offices` are the organisations that speak for the authority. `prefers_file`: what was changed by hand gives way.
    `named` are the patents that earlier rows of the file were about: a later row completes them, and does not overrule.
    """

    organisation_id: str
    own: str
    own_key: str | None
    for_all: bool
    private_to: str
    hidden: Container[tuple[str, str]]
    questions: Questions | None
    has_holders: bool
    source: str
    now: datetime
    today: date
    named: Container[str]
    offices: Container[str | None]
    prefers_file: bool

    @classmethod
    def of(
        cls,
        importer: Importer,
        now: datetime,
        *,
        own: str = "",
        own_key: str | None = None,
        verified: bool | None = None,
        hidden: Container[tuple[str, str]] = (),
        questions: Questions | None = None,
        named: Container[str] = (),
        offices: Collection[str | None] = (),
    ) -> Self:
        """Return the terms of an import at a moment; without `own` they do not tell whose a patent is."""
        establishes = importer.for_all or (importer.verified if verified is None else verified)
        return cls(
            organisation_id=importer.organisation_id,
            own=own,
            own_key=own_key,
            for_all=importer.for_all,
            private_to=ESTABLISHED if establishes else importer.organisation_id,
            hidden=hidden,
            questions=questions,
            has_holders=bool(HOLDER_FIELDS & importer.fields),
            source=f"import {importer.import_id}",
            now=now,
            today=china_day(now),
            named=named,
            offices=offices or ([importer.organisation_id] if importer.for_all else ()),
            prefers_file=importer.prefers_file,
        )

    def speaks_for(self, known: PatentState) -> bool:
        """Whether the importer may change the facts and name other holders: an office, a holder who entered them."""
        still_holds = known.holders.get(self.own) not in (HoldingState.ENDED, HoldingState.DISPUTED)
        return self.for_all or (known.facts_by == self.organisation_id and still_holds)

    def may_join(self, known: PatentState) -> bool:
        """Whether the importer may have the patent merged: who speaks for it, or holds it alone."""
        living = {party for party, state in known.holders.items() if state is not HoldingState.ENDED}
        alone = living == {self.own} and known.holders[self.own] in CERTAIN
        return alone or self.speaks_for(known)

    def records_of(self, known: PatentState) -> bool:
        """Whether the importer records legal events: an office or an established holder, see the table in `access`."""
        return self.for_all or not known.is_established or known.holders.get(self.own) in CERTAIN

    def is_stranger_to(self, known: PatentState) -> bool:
        """Whether an established patent is not, or no more, the importer's to complete."""
        unverified = self.private_to != ESTABLISHED
        return known.is_established and not self.for_all and (unverified or known.holders.get(self.own) not in CERTAIN)

    def row_for(self, marks: Iterable[tuple[str, str]]) -> str:
        """Return to whom a new row with these numbers is private: its author where others have established one."""
        return self.organisation_id if any(mark in self.hidden for mark in marks) else self.private_to

    def bars(self, known: PatentState) -> dict[str, str]:
        """Return by fact the code of what keeps the file from changing it, whatever the importer is to the patent."""
        marks = known.set_by or {}
        codes = {
            name: bar_of(mark, by_office=self.for_all, prefers_file=self.prefers_file) for name, mark in marks.items()
        }
        return {name: code for name, code in codes.items() if code}

    def mark_on(self, known: PatentState) -> SetBy | None:
        """Return the mark of a fact that the file sets: none of a holder, nor of the office that entered the patent."""
        return SetBy.AUTHORITY if self.for_all and known.facts_by not in self.offices else None
