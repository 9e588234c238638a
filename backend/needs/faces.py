"""How much of a need a viewer is shown: the whole, the whole without a secret budget, or the abstract alone."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from backend.accounts.caller import Caller
from backend.needs.codes import BudgetVisibility, FaceKind, Language, NeedOutcome, NeedStatus, TakenDownBy
from backend.needs.models import Need
from backend.needs.rules import language_of
from backend.needs.schemas import NeedOut
from backend.patents.codes import DealType


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks at needs: an organisation, or nobody who signed in."""

    organisation_id: str | None = None
    is_platform: bool = False


NOBODY = Viewer()


def viewer_of(caller: Caller | None) -> Viewer:
    """Return who the caller looks as."""
    return NOBODY if caller is None else Viewer(caller.organisation_id, caller.is_platform)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a viewer is shown of a need; what it is not shown is None, whether it is known or not."""

    face: FaceKind
    id: str
    published_at: datetime | None
    abstract: str | None = None
    language: Language | None = None
    organisation_id: str | None = None
    organisation_name: str | None = None
    status: NeedStatus | None = None
    title: str | None = None
    problem: str | None = None
    tried: str | None = None
    ipc: list[str] | None = None
    technology_fields: list[int] | None = None
    clusters: list[str] | None = None
    deal_types: list[DealType] | None = None
    budget_visibility: BudgetVisibility | None = None
    budget_min_fen: int | None = None
    budget_max_fen: int | None = None
    stage_min: int | None = None
    region: str | None = None
    wanted_by: date | None = None
    confidential: bool | None = None
    status_reason: str | None = None
    taken_down_by: TakenDownBy | None = None
    reference: str | None = None
    outcome: NeedOutcome | None = None
    created_at: datetime | None = None
    matched_at: datetime | None = None
    closed_at: datetime | None = None
    ask_on: date | None = None
    times_asked: int | None = None
    version: int | None = None
    erased_at: datetime | None = None

    @property
    def text(self) -> str:
        """The words of the need that the viewer is shown, for matching: its title first."""
        return "\n".join(part for part in (self.title, self.problem, self.tried) if part) or self.abstract or ""


def face_kind(need: Need, viewer: Viewer, *, is_named: bool) -> FaceKind:
    """Return how much of a need a viewer is shown who may see it at all."""
    if viewer.organisation_id is not None and viewer.organisation_id == need.organisation_id:
        return FaceKind.OWN
    if viewer.is_platform:
        return FaceKind.PLATFORM
    return FaceKind.FULL if is_named or not need.confidential else FaceKind.ABSTRACT


def face_of(need: Need, organisation_name: str, kind: FaceKind) -> Face:
    """Return what is shown of a need. A secret budget is shown to its own organisation alone."""
    if kind is FaceKind.ABSTRACT:
        language = language_of(need.abstract or "")
        return Face(face=kind, id=need.id, published_at=need.public_at, abstract=need.abstract, language=language)
    if need.erased_at is not None:
        return _erased_face(need, organisation_name, kind)
    is_own, is_office = kind is FaceKind.OWN, kind is FaceKind.PLATFORM
    concerns_viewer = is_own or is_office or need.confidential  # others know nothing of it from before it was public
    shows_budget = is_own or need.budget_visibility is BudgetVisibility.SHOWN
    return Face(
        face=kind,
        id=need.id,
        published_at=need.published_at if concerns_viewer else need.public_at,
        abstract=need.abstract if is_own or need.confidential else None,
        language=need.language or language_of(f"{need.title} {need.problem}"),
        organisation_id=need.organisation_id,
        organisation_name=organisation_name,
        status=need.status if is_own or is_office else NeedStatus.PUBLISHED,
        title=need.title,
        problem=need.problem,
        tried=need.tried,
        ipc=need.ipc,
        technology_fields=need.technology_fields,
        clusters=need.clusters,
        deal_types=need.deal_types,
        budget_visibility=need.budget_visibility,
        budget_min_fen=need.budget_min_fen if shows_budget else None,
        budget_max_fen=need.budget_max_fen if shows_budget else None,
        stage_min=need.stage_min,
        region=need.region,
        wanted_by=need.wanted_by,
        confidential=need.confidential,
        **(_standing(need) if is_own or is_office else {}),
        **(_own_matters(need) if is_own else {}),
    )


def _erased_face(need: Need, organisation_name: str, kind: FaceKind) -> Face:
    """Return what is left of an erased need: nothing that it said, but what it is counted by."""
    return Face(
        face=kind,
        id=need.id,
        published_at=need.published_at,
        organisation_id=need.organisation_id,
        organisation_name=organisation_name,
        status=need.status,
        clusters=need.clusters,
        region=need.region,
        confidential=need.confidential,
        **_standing(need),
        **(_own_matters(need) if kind is FaceKind.OWN else {}),
    )


def _standing(need: Need) -> dict[str, Any]:
    return {
        "status_reason": need.status_reason,
        "taken_down_by": need.taken_down_by,
        "version": need.version,
        "erased_at": need.erased_at,
    }


def _own_matters(need: Need) -> dict[str, Any]:
    return {
        "reference": need.reference,
        "outcome": need.outcome,
        "created_at": need.created_at,
        "matched_at": need.matched_at,
        "closed_at": need.closed_at,
        "ask_on": need.ask_on,
        "times_asked": need.times_asked,
    }


def need_out(face: Face, shown_to: Sequence[str] | None = None) -> NeedOut:
    """Return the need as its face shows it; `shown_to` is for its asker alone."""
    names = (field.name for field in fields(Face))
    return NeedOut(**{name: getattr(face, name) for name in names}, shown_to=shown_to)
