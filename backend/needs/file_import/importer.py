"""Files of needs: the kind `needs` of imports. What is new lands as a draft, or published where the row says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota, Standing, begin_of, limit_of
from backend.core.clock import china_day
from backend.core.database.quota import used_in
from backend.core.database.sessions import clock_of
from backend.core.ids import new_id
from backend.imports.import_kinds import ColumnError, Importer, ImportKind, RowResult
from backend.imports.rules import Mode, Outcome
from backend.imports.scratch_store import Earlier, Scratch
from backend.needs import queries, rules, service, steps
from backend.needs.codes import NeedStatus
from backend.needs.errors import NeedNotPublishable
from backend.needs.file_import.known import VALUES, KnownNeed, key_of, known_needs, nameable
from backend.needs.file_import.messages import TEXTS
from backend.needs.file_import.row_reader import FIELDS, NeedDraft, read_need
from backend.needs.policy import Acting, need_policy
from backend.needs.schemas import NeedIn, NeedPatch

NEEDS: Final = "need"
REASONS: Final = {"wanted_by_past": "publish_day_past", "not_mended": "publish_not_mended"}
UNLIMITED: Final = 2**62
EMPTY: Final[tuple[Any, ...]] = (None, [], "")


@dataclass(slots=True)
class Step:
    """What a row does to a need: a new one, changes of one that is there, its names, its publication."""

    known: KnownNeed
    is_new: bool = False
    changes: dict[str, Any] = field(default_factory=dict)
    names: set[str] | None = None
    publishes: bool = False

    @property
    def outcome(self) -> Outcome:
        """The word for what happens."""
        if self.is_new:
            return Outcome.CREATED
        return Outcome.UPDATED if self.changes or self.names is not None or self.publishes else Outcome.UNCHANGED


@dataclass(slots=True)
class Left:
    """How much of what is limited the organisation may still use."""

    drafts: int
    showings: int
    published: int


class NeedRun:
    """One file of needs on its way into the platform."""

    def __init__(self, importer: Importer) -> None:
        self._importer = importer
        self._checks = importer.mode is Mode.CHECK
        self._policy = need_policy(importer.settings)
        self._trusted = (
            Standing.OFFICE if importer.for_all else Standing.VERIFIED if importer.verified else Standing.UNVERIFIED
        )
        self._scratch = Scratch()  # checking: what applying would have written, by key
        self._earlier = Earlier(self._scratch, importer.import_id)
        self._named: set[str] = set()
        self._left: Left | None = None

    async def take(self, session: AsyncSession, drafts: Sequence[NeedDraft], now: datetime) -> list[RowResult]:
        """Return the results of the next rows; applying, write them too."""
        own = self._importer.organisation_id
        if self._left is None or not self._checks:
            self._left = await self._limits(session)
        known = await known_needs(session, own, drafts, lock=not self._checks)
        keys = {key for draft in drafts if (key := key_of(draft)) is not None}
        known |= self._scratch.get(NEEDS, keys)
        self._named = await self._earlier.among(session, {one.id for one in known.values()})
        organisations = await nameable(session, {name for draft in drafts for name in draft.names}, own)
        results, today = [], china_day(now)
        for draft in drafts:
            step, result = self._plan(draft, known, organisations, self._left, today)
            if step is not None and not self._checks:
                subject = await self._do(session, step, now)
                result = RowResult(result.outcome, subject, result.errors)
            results.append(result)
        if self._checks:
            self._scratch.put(NEEDS, {key: known[key] for key in keys if key in known})
        return results

    def kept(self) -> None:
        """Know from now on what the last rows were about."""
        self._earlier.kept()

    def close(self) -> None:
        """Forget what the way remembered."""
        self._scratch.close()

    async def _limits(self, session: AsyncSession) -> Left:
        settings, own, real = self._importer.settings, self._importer.organisation_id, clock_of(session).real()
        left = {}
        for quota in (Quota.NEEDS, Quota.NEED_SHOWINGS):
            most, since = limit_of(settings, quota, self._trusted), begin_of(quota, real)
            used = (await used_in(session, own, {quota.value: since}))[quota.value]
            left[quota] = UNLIMITED if most is None else most - used
        published = self._policy.published_at_once - await queries.open_needs_of(session, own, lock=not self._checks)
        return Left(left[Quota.NEEDS], left[Quota.NEED_SHOWINGS], published)

    def _plan(
        self,
        draft: NeedDraft,
        known: dict[str, KnownNeed],
        organisations: Mapping[str, Sequence[str]],
        left: Left,
        today: date,
    ) -> tuple[Step | None, RowResult]:
        errors = list(draft.errors)
        key = key_of(draft)
        found = known.get(key) if key is not None else None
        names = _names_of(draft, organisations, errors)
        confidential = draft.values.get("confidential", found.values["confidential"] if found else False)
        if names and not confidential:
            errors.append(ColumnError("shown_to", "shown_not_confidential", "; ".join(draft.names)))
        if draft.is_unsafe or key is None or (names and not confidential):
            if key is None and not draft.is_unsafe:
                errors.append(ColumnError("", "need_incomplete"))
            return None, RowResult(Outcome.REJECTED, None, errors)
        if found is None:
            return self._create(draft, key, known, names, errors, left, today)
        if found.status is NeedStatus.CLOSED:
            column = draft.columns.get("reference", "need_title")
            return None, RowResult(Outcome.CONFLICT, found.id, [*errors, ColumnError(column, "need_closed")])
        return self._change(draft, found, names, errors, left, today)

    def _create(
        self,
        draft: NeedDraft,
        key: str,
        known: dict[str, KnownNeed],
        names: set[str],
        errors: list[ColumnError],
        left: Left,
        today: date,
    ) -> tuple[Step | None, RowResult]:
        values = draft.values
        if not values.get("title") or not values.get("problem"):
            return None, RowResult(Outcome.REJECTED, None, [*errors, ColumnError("", "need_incomplete")])
        if left.drafts < 1:
            return None, RowResult(Outcome.REJECTED, None, [*errors, ColumnError("", "needs_used_up")])
        left.drafts -= 1
        _drop_budget_out_of_order(values, {}, draft, errors)
        whole = NeedIn.model_validate(values).model_dump()
        made = KnownNeed(new_id("need"), NeedStatus.DRAFT, {name: whole[name] for name in VALUES}, names, stored=False)
        known[key] = made
        step = Step(made, is_new=True, changes=values, names=names)
        self._publish(draft, step, errors, left, today)
        self._earlier.add(made.id)
        return step, RowResult(Outcome.CREATED, None if self._checks else made.id, errors)

    def _change(
        self,
        draft: NeedDraft,
        found: KnownNeed,
        names: set[str],
        errors: list[ColumnError],
        left: Left,
        today: date,
    ) -> tuple[Step | None, RowResult]:
        is_named = found.id in self._named or found.id in self._earlier.fresh
        self._earlier.add(found.id)
        step, differing = Step(found), len(errors)
        for name, value in draft.values.items():
            if found.values[name] == value:
                continue
            if is_named and found.values[name] not in EMPTY:
                errors.append(ColumnError(draft.columns[name], "differs_from_earlier_row", str(value)[:200]))
            else:
                step.changes[name] = value
        is_differing = len(errors) > differing
        _drop_budget_out_of_order(step.changes, found.values, draft, errors)
        day = step.changes.get("wanted_by")
        if day is not None and day < today and found.status in rules.OPEN:
            errors.append(ColumnError("wanted_by", "publish_day_past", day.isoformat()))
            del step.changes["wanted_by"]
        self._name(step, names, errors, left)
        if step.changes.get("confidential") is False:
            found.names = set()
        found.mended = found.mended or bool(step.changes)
        found.values |= step.changes
        self._publish(draft, step, errors, left, today)
        outcome = Outcome.CONFLICT if is_differing else step.outcome
        return step, RowResult(outcome, found.id if found.stored else None, errors)

    def _name(self, step: Step, names: set[str], errors: list[ColumnError], left: Left) -> None:
        """Have the row's organisations be named too: a file names further ones and takes none away."""
        further = names - step.known.names
        if not further:
            return
        if step.known.status in rules.OPEN:
            if len(further) > left.showings:
                errors.append(ColumnError("shown_to", "showings_used_up"))
                return
            left.showings -= len(further)
        step.known.names = step.names = step.known.names | names

    def _publish(self, draft: NeedDraft, step: Step, errors: list[ColumnError], left: Left, today: date) -> None:
        """Publish what the row says so of, unless something bars it; then it stays as it is, and the row says why."""
        known = step.known
        if not draft.publish or known.status in rules.OPEN:
            return
        code = self._bar(draft, known, left, today)
        if code is not None:
            errors.append(ColumnError("publish", code))
            return
        left.published -= 1
        left.showings -= len(known.names)
        known.status, step.publishes = NeedStatus.PUBLISHED, True

    def _bar(self, draft: NeedDraft, known: KnownNeed, left: Left, today: date) -> str | None:
        if not self._importer.verified:
            return "publish_unverified"
        is_unsaid = "confidential" in self._importer.fields and "confidential" not in draft.values
        if is_unsaid and not known.values["confidential"]:
            return "confidential_unsaid"
        try:
            rules.check_publishable(known.wanted_by, mended=known.mended, today=today)
        except NeedNotPublishable as barred:
            return REASONS[barred.reasons[0].code]
        if left.published < 1:
            return "publish_too_many"
        return "showings_used_up" if len(known.names) > left.showings else None

    async def _do(self, session: AsyncSession, step: Step, now: datetime) -> str:
        importer = self._importer
        quotas = QuotaPolicy(importer.settings, clock_of(session).real())
        acting = Acting(importer.user_id, importer.organisation_id, self._trusted, quotas)
        shown = {} if step.names is None else {"shown_to": sorted(step.names)}
        if step.is_new:
            need = await service.create(session, acting, NeedIn.model_validate(step.changes | shown), now)
            step.known.id, step.known.stored = need.id, True
            self._earlier.add(need.id)
        else:
            need = await queries.own(session, importer.organisation_id, step.known.id)
            if step.changes or shown:
                await service.edit(
                    session, acting, need, NeedPatch.model_validate(step.changes | shown), self._policy, now
                )
        if step.publishes:
            await steps.publish(session, acting, need, self._policy, now)
        return need.id


def _names_of(draft: NeedDraft, organisations: Mapping[str, Sequence[str]], errors: list[ColumnError]) -> set[str]:
    names = set()
    for name in draft.names:
        found = organisations.get(name, ())
        if len(found) == 1:
            names.add(found[0])
        else:
            errors.append(ColumnError("shown_to", "cannot_be_shown", name))
    return names


def _drop_budget_out_of_order(
    changes: dict[str, Any], known: Mapping[str, Any], draft: NeedDraft, errors: list[ColumnError]
) -> None:
    least, most = (changes.get(name, known.get(name)) for name in ("budget_min_fen", "budget_max_fen"))
    if least is not None and most is not None and least > most:
        name = "budget_max_fen" if "budget_max_fen" in changes else "budget_min_fen"
        errors.append(ColumnError(draft.columns[name], "budget_order", str(changes[name])))
        changes.pop("budget_min_fen", None)
        changes.pop("budget_max_fen", None)


IMPORT_KINDS: Final = {
    "needs": ImportKind(
        FIELDS,
        (("need_title",), ("problem",)),
        TEXTS,
        reader=lambda _importer: lambda cells, _now: read_need(cells),
        begin=NeedRun,
    )
}
