"""What financing brings to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine
from backend.financing import codes, event_handlers, events, jobs, obstacles, rules
from backend.financing.appraisals import routes as appraisal_routes
from backend.financing.consistency_checks import CONSISTENCY_CHECKS
from backend.financing.disclosures import routes as disclosure_routes
from backend.financing.evidence import FILE_ACCESS_RECORDERS, FILE_READERS
from backend.financing.guarantees import routes as guarantee_routes
from backend.financing.notification_templates import NOTIFICATION_TEMPLATES
from backend.financing.offers import routes as offer_routes
from backend.financing.personal_data import PERSONAL_DATA, REFERENCES
from backend.financing.products import routes as product_routes
from backend.financing.questions import routes as question_routes
from backend.financing.requests import routes as request_routes

SOURCE: Final = "backend/financing/rules.py"

DOMAIN: Final = Domain(
    name="financing",
    routers=(
        product_routes.router,
        request_routes.router,
        appraisal_routes.router,
        disclosure_routes.router,
        disclosure_routes.received,
        question_routes.router,
        offer_routes.router,
        guarantee_routes.router,
    ),
    tags={"financing": "Loans on patents: products, a request that only chosen banks see, offers, guarantees."},
    scope="financing",
    events=events_in(events),
    merge_rules=event_handlers.MERGE_RULES,
    sync_handlers=event_handlers.SYNC_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    file_readers=FILE_READERS,
    file_access_recorders=FILE_ACCESS_RECORDERS,
    state_machines=(
        Machine(Text("融资产品", "Financing product"), SOURCE, rules.PRODUCT_TRANSITIONS, (codes.ProductStatus.DRAFT,)),
        Machine(Text("融资申请", "Financing request"), SOURCE, rules.REQUEST_TRANSITIONS, (codes.RequestStatus.DRAFT,)),
        Machine(
            Text("融资披露", "Disclosure of a financing request"),
            SOURCE,
            rules.DISCLOSURE_TRANSITIONS,
            (codes.DisclosureStatus.STANDING,),
        ),
        Machine(Text("融资报价", "Financing offer"), SOURCE, rules.OFFER_TRANSITIONS, (codes.OfferStatus.DRAFTED,)),
        Machine(Text("担保", "Guarantee"), SOURCE, rules.GUARANTEE_TRANSITIONS, (codes.GuaranteeStatus.ASKED,)),
        Machine(
            Text("出质同意", "Pledgor's consent"),
            SOURCE,
            rules.CONSENT_TRANSITIONS,
            (codes.PledgorConsentStatus.ASKED,),
        ),
    ),
    personal_data=PERSONAL_DATA,
    leaving_obstacles=(obstacles.of_leaving,),
    references=REFERENCES,
    consistency_checks=CONSISTENCY_CHECKS,
)
