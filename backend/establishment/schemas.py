"""What requests to be heard as a holder look like outside."""

from typing import Annotated, Final

from pydantic import Field

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Line, LongLine, Moment, Out
from backend.core.ids import id_pattern
from backend.establishment.codes import EstablishmentState, Proposal
from backend.files.schemas import FileIds, FileRef
from backend.patents.schemas import Share, example

MOST: Final = 1_000
PatentIds = Annotated[list[Annotated[str, Field(pattern=id_pattern("pat"))]], Field(max_length=MOST)]
HoldingIds = Annotated[list[Annotated[str, Field(pattern=id_pattern("hld"))]], Field(max_length=50)]


class EstablishmentIn(Body):
    """That the caller's organisation asks to be heard as a holder, and by what evidence."""

    model_config = example(evidence="专利登记簿副本与转让合同", evidence_files=[], patent_ids=[])

    evidence: LongLine = Field(description="What shows that the organisation holds it.")
    evidence_files: FileIds = Field([])
    patent_ids: PatentIds = Field([], description="Further rows of one's own, asked about on the same evidence.")
    of_party: Line | None = Field(
        None,
        description="The name of a former holder: asks about every row of one's own whose established patent it holds.",
    )


class HolderAcceptance(Body):
    """That the asker holds the patent, and what of its row is taken besides facts, holding and assessments."""

    model_config = example(takes=["legal_events"], batch=True)

    takes: list[Proposal] = Field([], max_length=len(Proposal), description="What is taken of what the row brings.")
    share: Share | None = Field(None, description="The asker's share, where it is not the one that its row states.")
    batch: bool = Field(False, description="Also every other request of the same batch that is the caller's to decide.")
    ends_holdings: HoldingIds = Field(
        [],
        description="Offices only: holdings found to be wrong. They end; what is offered and declared on them ceases.",
    )
    reason: LongLine | None = Field(None, description="Needed with `ends_holdings`.")


class HolderRefusal(Body):
    """Why the asker does not hold the patent."""

    model_config = example(reason="转让未登记", batch=False)

    reason: LongLine
    batch: bool = Field(False, description="Also every other request of the same batch that is the caller's to decide.")


class Adoption(Body):
    """What is taken, after the acceptance, of what the asker's row brought along."""

    model_config = example(takes=["legal_events"])

    takes: list[Proposal] = Field(min_length=1, max_length=len(Proposal))


class ClaimedFact(Out):
    """One fact as the established row and the asker's row state it."""

    fact: str
    mine: str | list[str] | None = Field(description="What the established row says.")
    theirs: str | list[str] | None = Field(description="What the asker's row says.")


class ClaimedFacts(Out):
    """What the asker's row says, as far as it matters for the decision."""

    title: str
    application_number: str | None
    publication_number: str | None
    grant_number: str | None
    fills: list[str] = Field(description="Names of the facts that the established row lacks.")
    differs: list[str] = Field(description="Names of the facts that differ; the established row's stay.")
    facts: list[ClaimedFact] = Field(description="What fills or differs, as both rows state it.")


class EstablishmentOut(Out):
    """A request to be heard as a holder."""

    id: str
    batch_id: str
    state: EstablishmentState
    organisation_id: str
    organisation_name: str
    row_id: str | None = Field(description="The asker's own row; shown to the asker and to offices.")
    patent_id: str | None = Field(description="The established patent; shown to the asker once it is accepted.")
    of_party: str | None
    evidence: str
    evidence_files: list[FileRef]
    claimed: ClaimedFacts | None = Field(description="Shown to holders and offices while it is to be decided.")
    reason: str | None
    taken: list[Proposal] = Field(description="What was taken of what the row brought along.")
    asked_at: Moment
    decided_at: Moment | None
    version: int


class EstablishmentDecided(EstablishmentOut):
    """A request as it was decided."""

    remaining: int = Field(description="How many requests of the same batch still wait for the caller.")


class EstablishmentAsked(Out):
    """That the requests were taken in; what becomes of them shows later, in the list and the inbox."""

    batch_id: str
    items: list[EstablishmentOut]


class EstablishmentsOut(Out):
    """One page of requests, the newest first."""

    items: list[EstablishmentOut]
    next_cursor: str | None


class EstablishmentsQuery(PageQuery):
    """Requests: those that one's organisation made, and those about patents that it holds; of offices all."""

    state: list[EstablishmentState] = Field([], max_length=len(EstablishmentState))
    batch_id: Annotated[str, Field(pattern=id_pattern("est"))] | None = None
    patent_id: Annotated[str, Field(pattern=id_pattern("pat"))] | None = Field(
        None, description="One's own row, or the established patent."
    )
    mine: bool = Field(False, description="Only those that one's organisation made.")
