"""Who may do what with an alert: its owner everything, nobody else anything, not even know of it; no program may."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from backend.accounts.access import Person
from backend.accounts.caller import Caller
from backend.alerts import queries
from backend.alerts.errors import NoSuchAlert
from backend.alerts.models import Alert
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern

AlertId = Annotated[
    str, Path(pattern=id_pattern("alert"), description="The alert's id.", examples=["alert_01h455vb4pex5vsknk084sn02q"])
]


@dataclass(frozen=True, slots=True)
class HeldAlert:
    """An alert held for a change, and its owner."""

    alert: Alert
    caller: Caller


async def _seen(alert_id: AlertId, caller: Person, session: ReadDb) -> Alert:
    alert = await queries.alert_of(session, caller, alert_id)
    if alert is None:
        raise NoSuchAlert
    return alert


async def _held(alert_id: AlertId, caller: Person, session: Db) -> HeldAlert:
    alert = await queries.alert_of(session, caller, alert_id, lock=True)
    if alert is None:
        raise NoSuchAlert
    return HeldAlert(alert, caller)


OwnAlert = Annotated[Alert, Depends(_seen)]
ChangedAlert = Annotated[HeldAlert, Depends(_held)]
