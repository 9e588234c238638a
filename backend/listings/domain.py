"""What listings bring to the platform."""

from typing import Final

from backend.accounts.models import Organisation
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.listings import consistency_checks, event_handlers, events, file_import, obstacles, routes, rules
from backend.listings.bulk import routes as bulk_routes
from backend.listings.bulk import service as bulk
from backend.listings.notification_templates import NOTIFICATION_TEMPLATES
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing

DOMAIN: Final = Domain(
    name="listings",
    routers=(routes.router, bulk_routes.router),
    tags={"listings": "The transferable-patent database: what can be had, and on what footing."},
    scope="catalogue",
    events=events_in(events),
    sync_handlers=event_handlers.SYNC_HANDLERS,
    merge_rules=event_handlers.MERGE_RULES,
    notifications=NOTIFICATION_TEMPLATES,
    jobs={bulk.KIND: bulk.run},
    import_kinds=lambda _burdens: file_import.IMPORT_KINDS,
    state_machines=(
        Machine(Text("挂牌", "Listing"), "backend/listings/rules.py", rules.TRANSITIONS, (ListingStatus.DRAFT,)),
    ),
    consistency_checks=(
        ("holdings", consistency_checks.holdings),
        ("listings", consistency_checks.listings),
    ),
    references=((table_of(Listing).c.organisation_id, table_of(Organisation).c.id),),
    leaving_obstacles=(obstacles.of_leaving,),
)
