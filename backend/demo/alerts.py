"""Alerts of the demonstration, a saved search of each kind, and searches that found nothing, of example networks."""

from typing import Any, Final

from backend.alerts import service
from backend.alerts.policy import alert_policy
from backend.alerts.schemas import AlertIn
from backend.demo.load_context import Stage
from backend.unanswered_searches.recorder import NAME
from backend.unanswered_searches.service import keep
from backend.unanswered_searches.tally import Noted, Tally

BY: Final = "bishui"
OF: Final = "yuli"
SHOWN: Final[tuple[dict[str, Any], ...]] = (
    {"name": "演示提醒：锂电池开放许可", "frequency": "at_once",
     "search": {"q": "锂离子电池", "deal_type": ["open_licence"]}},
    {"name": "演示提醒：H01M 新上架", "classification": {"ipc": "H01M"}},
    {"name": "演示提醒：同行的技术需求", "frequency": "weekly", "need_search": {"q": "电池 电解液"}},
)  # fmt: skip
SOUGHT: Final = (
    ("榨菜脱盐废水回用", False, 9),
    ("摩托车化油器结冰", False, 7),
    ("噪音小的破碎锤", True, 6),
    ("self-healing hot pot liner", False, 5),
    ("长江航道无人测深", False, 3),  # too few callers to be shown
)


async def show_alerts(stage: Stage) -> None:
    """Make the alerts of one member, one of which watches another organisation."""
    caller = await stage.caller(stage.places[BY].organisation_id)
    watch = {"name": "演示提醒：关注一家机构", "holder_id": stage.places[OF].organisation_id}
    policy = alert_policy(stage.settings)
    for body in (*SHOWN, watch):
        await service.create(stage.session, caller, AlertIn.model_validate(body), policy, stage.quotas, stage.now)


async def show_unanswered_searches(stage: Stage) -> None:
    """Count what was sought today and not found."""
    noted = [
        Noted(text, is_narrowed, f"198.51.100.{number}")
        for text, is_narrowed, callers in SOUGHT
        for number in range(1, callers + 1)
    ]
    await keep(stage.session, Tally().count(noted, stage.today), stage.today, stage.settings.key(NAME))
