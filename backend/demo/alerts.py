"""Alerts of the demonstration: a saved search of each kind that the sample members would have."""

from typing import Any, Final

from backend.alerts import service
from backend.alerts.policy import alert_policy
from backend.alerts.schemas import AlertIn
from backend.demo.load_context import Stage

BY: Final = "bishui"
OF: Final = "yuli"
SHOWN: Final[tuple[dict[str, Any], ...]] = (
    {"name": "演示提醒：锂电池开放许可", "frequency": "at_once",
     "search": {"q": "锂离子电池", "deal_type": ["open_licence"]}},
    {"name": "演示提醒：H01M 新上架", "classification": {"ipc": "H01M"}},
    {"name": "演示提醒：同行的技术需求", "frequency": "weekly", "need_search": {"q": "电池 电解液"}},
)  # fmt: skip


async def show_alerts(stage: Stage) -> None:
    """Make the alerts of one member, one of which watches another organisation."""
    caller = await stage.caller(stage.places[BY].organisation_id)
    watch = {"name": "演示提醒：关注一家机构", "holder_id": stage.places[OF].organisation_id}
    policy = alert_policy(stage.settings)
    for body in (*SHOWN, watch):
        await service.create(stage.session, caller, AlertIn.model_validate(body), policy, stage.quotas, stage.now)
