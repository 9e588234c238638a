"""What loans bring to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.loans import codes, event_handlers, events, jobs, obstacles, routes, rules
from backend.loans.compensation import routes as compensation_routes
from backend.loans.consistency_checks import CONSISTENCY_CHECKS
from backend.loans.evidence import FILE_READERS
from backend.loans.extensions import routes as extension_routes
from backend.loans.notification_templates import NOTIFICATION_TEMPLATES
from backend.loans.personal_data import PERSONAL_DATA, REFERENCES
from backend.loans.repayments import routes as repayment_routes

SOURCE: Final = "backend/loans/rules.py"

DOMAIN: Final = Domain(
    name="loans",
    routers=(routes.router, repayment_routes.router, extension_routes.router, compensation_routes.router),
    tags={"loans": "What was lent: disbursed, repaid, extended, overdue, and who bears what was lost."},
    scope="financing",
    events=events_in(events),
    sync_handlers=event_handlers.SYNC_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    file_readers=FILE_READERS,
    state_machines=(
        Machine(Text("贷款", "Loan"), SOURCE, rules.LOAN_TRANSITIONS, (codes.LoanStatus.AGREED,)),
        Machine(
            Text("还款", "Repayment"),
            SOURCE,
            rules.REPAYMENT_TRANSITIONS,
            (codes.RepaymentStatus.CLAIMED, codes.RepaymentStatus.COUNTED),
        ),
        Machine(
            Text("展期", "Extension of a loan"), SOURCE, rules.EXTENSION_TRANSITIONS, (codes.ExtensionStatus.PROPOSED,)
        ),
    ),
    personal_data=PERSONAL_DATA,
    leaving_obstacles=(obstacles.of_leaving,),
    references=REFERENCES,
    consistency_checks=CONSISTENCY_CHECKS,
)
