"""What appraisals bring to the platform."""

from typing import Final

from backend.appraisal import events, routes
from backend.appraisal.codes import ReportStatus
from backend.appraisal.comparables import jobs as comparable_jobs
from backend.appraisal.comparables import routes as comparable_routes
from backend.appraisal.consistency_checks import CONSISTENCY_CHECKS
from backend.appraisal.event_handlers import MERGE_RULES
from backend.appraisal.evidence import FILE_READERS
from backend.appraisal.extracts import routes as extract_routes
from backend.appraisal.notification_templates import NOTIFICATION_TEMPLATES
from backend.appraisal.reports import routes as report_routes
from backend.appraisal.reports import rules as report_rules
from backend.appraisal.weights import routes as weight_routes
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine

DOMAIN: Final = Domain(
    name="appraisal",
    routers=(routes.router, report_routes.router, extract_routes.router, comparable_routes.router),
    literal_routers=(weight_routes.router,),
    tags={"appraisal": "What a patent is worth: indicators with their working, methods, comparables, reports."},
    scope="appraisal",
    events=events_in(events),
    merge_rules=MERGE_RULES,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(comparable_jobs.sweep,),
    file_readers=FILE_READERS,
    state_machines=(
        Machine(
            Text("评估报告", "Appraisal report"),
            "backend/appraisal/reports/rules.py",
            report_rules.TRANSITIONS,
            (ReportStatus.ASSERTED,),
        ),
    ),
    consistency_checks=CONSISTENCY_CHECKS,
)
