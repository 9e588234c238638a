"""Made-up needs of the demonstration's enterprises, in both languages; some confidential, one drafted, one closed."""

import csv
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from backend.demo.load_context import Stage
from backend.demo.organisations import DATA
from backend.needs import service, steps
from backend.needs.codes import BudgetVisibility, NeedOutcome, NeedStatus
from backend.needs.policy import acting_for, need_policy
from backend.needs.schemas import NeedIn
from backend.patents.codes import DealType

FEN_PER_WAN: Final = 1_000_000


async def draft_and_publish_needs(stage: Stage) -> None:
    """Have each of the needs be as its row says, by the services that the addresses call."""
    policy = need_policy(stage.settings)
    with (DATA / "needs.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    for row in rows:
        caller = await stage.caller(stage.places[row["key"]].organisation_id)
        acting = acting_for(caller, stage.quotas)
        need = await service.create(stage.session, acting, _content(stage, row), stage.now)
        if row["status"] == NeedStatus.DRAFT:
            continue
        await steps.publish(stage.session, acting, need, policy, stage.now)
        if row["status"] == NeedStatus.CLOSED:
            await steps.close(stage.session, caller.user_id, need, NeedOutcome.SOLVED_OTHERWISE, stage.now)


def _content(stage: Stage, row: Mapping[str, str]) -> NeedIn:
    named = [stage.places[key].organisation_id for key in row["sees"].split()]
    return NeedIn(
        title=row["title"],
        problem=row["problem"],
        tried=row["tried"] or None,
        abstract=row["abstract"] or None,
        clusters=row["clusters"].split(),
        ipc=row["ipc"].split(),
        deal_types=[DealType(code) for code in row["deal_types"].split()],
        stage_min=int(row["stage_min"]),
        budget_min_fen=_fen(row["budget_min_wan"]),
        budget_max_fen=_fen(row["budget_max_wan"]),
        budget_visibility=BudgetVisibility(row["budget_visibility"]),
        wanted_by=stage.today + timedelta(days=int(row["days"])) if row["days"] else None,
        confidential=bool(named),
        shown_to=named,
    )


def _fen(wan: str) -> int | None:
    return int(wan) * FEN_PER_WAN if wan else None
