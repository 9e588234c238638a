"""How a bank's watch list is shown."""

from datetime import date
from typing import Any, Final

from backend.core.errors import Text
from backend.financing_figures.codes import WatchItemKind
from backend.financing_figures.watch.schemas import WatchItemOut
from backend.pledges.codes import WatchKind
from backend.pledges.collateral.watch import ADVICE

OF_DUE: Final[dict[WatchItemKind, Text]] = {
    WatchItemKind.LOAN_OVERDUE: Text(
        "请联系借款企业；可宽限、展期，或按合同宣布违约。",
        "Speak with the borrower: give time, extend, or record a default by the contract.",
    ),
    WatchItemKind.RELEASE_DUE: ADVICE[WatchKind.RELEASE_OVERDUE],
    WatchItemKind.REAPPRAISAL_DUE: ADVICE[WatchKind.REAPPRAISAL_DUE],
}


def item_out(row: Any, today: date, language: str) -> WatchItemOut:
    """Return a line of the list."""
    kind = WatchItemKind(row.kind)
    event = None if row.event is None else WatchKind(row.event)
    advice = OF_DUE[kind] if event is None else ADVICE[event]
    return WatchItemOut(
        kind=kind,
        loan_id=row.loan_id,
        pledge_id=row.pledge_id,
        patent_id=row.patent_id,
        on=row.day,
        is_late=None if row.day is None else row.day < today,
        event=event,
        noticed_at=row.noticed_at,
        advice=advice.say(language, {}),
    )
