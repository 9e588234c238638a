"""What contracts bring to the platform."""

from typing import Final

from backend.contracts import events, jobs, routes, rules
from backend.contracts.certificates import routes as certificate_routes
from backend.contracts.codes import ContractStatus, VersionStatus
from backend.contracts.consistency_checks import CONSISTENCY_CHECKS
from backend.contracts.notification_templates import NOTIFICATION_TEMPLATES
from backend.contracts.personal_data import PERSONAL_DATA, REFERENCES, of_leaving
from backend.contracts.timeline import routes as timeline_routes
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine

RULES: Final = "backend/contracts/rules.py"

DOMAIN: Final = Domain(
    name="contracts",
    routers=(routes.router, timeline_routes.router, certificate_routes.router),
    tags={"contracts": "Papers that sides sign: their versions, signatures, amendments, and what was done with them."},
    scope="contracts",
    events=events_in(events),
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    state_machines=(
        Machine(Text("合同", "Contract"), RULES, rules.TRANSITIONS, (ContractStatus.DRAFTED,)),
        Machine(
            Text("合同版本与补充协议", "Version or amendment of a contract"),
            RULES,
            rules.VERSION_TRANSITIONS,
            (VersionStatus.OPEN,),
        ),
    ),
    personal_data=PERSONAL_DATA,
    references=REFERENCES,
    leaving_obstacles=(of_leaving,),
    consistency_checks=CONSISTENCY_CHECKS,
)
