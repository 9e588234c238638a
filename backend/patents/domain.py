"""What the register of patents brings to the platform."""

from typing import Final

from backend.accounts.models import Organisation
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.patents import consistency_checks, events, jobs, record_routes, statistics_routes
from backend.patents.codes import HoldingState, LegalStatus
from backend.patents.evidence import FILE_READERS
from backend.patents.holdings import rules as holding_rules
from backend.patents.legal_events import status_rules
from backend.patents.models import Holding, Patent
from backend.patents.notification_templates import NOTIFICATION_TEMPLATES
from backend.patents.patent_reference import named
from backend.patents.register import export_routes, merge, routes

DOMAIN: Final = Domain(
    name="patents",
    routers=(export_routes.router, routes.router, record_routes.router, statistics_routes.router),
    tags={
        "patents": "One row per patent for everybody: register facts, holders, legal events, assessments, annuities.",
        "statistics": "Figures.",
    },
    scope="catalogue",
    events=events_in(events),
    merge_event=events.PatentsMerged,
    merge_rules=merge.MERGE_RULES,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    file_readers=FILE_READERS,
    patent_titles=named,
    state_machines=(
        Machine(
            Text("权利持有", "Holding"),
            "backend/patents/holdings/rules.py",
            holding_rules.TRANSITIONS,
            (HoldingState.ASSERTED,),
        ),
        Machine(
            Text("专利的法律状态", "Legal status of a patent"),
            "backend/patents/legal_events/status_rules.py",
            status_rules.TRANSITIONS,
            (LegalStatus.UNKNOWN, LegalStatus.ENDED_UNKNOWN),  # a register may call a right dead without the reason
        ),
    ),
    consistency_checks=(
        ("patent numbers", consistency_checks.numbers),
        ("merged patents", consistency_checks.merged),
        ("legal events", consistency_checks.digests),
        ("status, term and annuities", consistency_checks.derived),
    ),
    references=(
        (table_of(Patent).c.merged_into, table_of(Patent).c.id),
        (table_of(Holding).c.organisation_id, table_of(Organisation).c.id),
    ),
)
