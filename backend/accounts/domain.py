"""What accounts bring to the platform."""

from typing import Final

from backend.accounts import events, job_routes, jobs, rules
from backend.accounts.addresses import routes as address_routes
from backend.accounts.api_keys import routes as key_routes
from backend.accounts.codes import OrganisationStatus
from backend.accounts.email_templates import EMAIL_TEMPLATES
from backend.accounts.members import own_account_routes, password_reset_routes
from backend.accounts.members import routes as member_routes
from backend.accounts.models import Organisation, Party
from backend.accounts.notification_templates import NOTIFICATION_TEMPLATES
from backend.accounts.organisations import routes as organisation_routes
from backend.accounts.organisations import usage_routes
from backend.accounts.parties import consistency_checks
from backend.accounts.parties import routes as party_routes
from backend.accounts.personal_data import consistency_checks as erased_checks
from backend.accounts.personal_data import person_routes, retention
from backend.accounts.personal_data.declared import PERSONAL_DATA
from backend.accounts.second_factor import consistency_checks as second_factor_checks
from backend.accounts.second_factor import email_templates as second_factor_emails
from backend.accounts.second_factor import events as second_factor_events
from backend.accounts.second_factor import notification_templates as second_factor_notifications
from backend.accounts.second_factor import routes as second_factor_routes
from backend.accounts.sign_in import routes as oauth_routes
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.state_diagrams import Machine

DOMAIN: Final = Domain(
    name="accounts",
    routers=(
        oauth_routes.router,
        organisation_routes.router,
        usage_routes.router,
        member_routes.router,
        party_routes.router,
        own_account_routes.router,
        password_reset_routes.router,
        address_routes.router,
        second_factor_routes.router,
        person_routes.router,
        key_routes.router,
        job_routes.router,
    ),
    tags={
        "sign-in": "Tokens and their end (RFC 6749, RFC 7009).",
        "own account": "One's own account: address, password, second factor, sign-ins, the way back in; one's data,"
        " out and erased.",
        "organisations": "Who is on the platform: registration, public pages, verification.",
        "members": "Invitations to an organisation, its members and their roles.",
        "api keys": "Keys for programs.",
        "parties": "Whoever can hold a patent, on the platform or not.",
        "jobs": "Long work: progress and results.",
    },
    scope="accounts",
    scopes=(rules.SIGNING_SCOPE,),
    events=(*events_in(events), *events_in(second_factor_events)),
    notifications={**NOTIFICATION_TEMPLATES, **second_factor_notifications.NOTIFICATION_TEMPLATES},
    emails={**EMAIL_TEMPLATES, **second_factor_emails.EMAIL_TEMPLATES},
    personal_data=PERSONAL_DATA,
    personal_data_sweep=retention.sweep_of,
    sweeps=(jobs.sweep,),
    state_machines=(
        Machine(
            Text("组织的核验", "Verification of an organisation"),
            "backend/accounts/rules.py",
            rules.TRANSITIONS,
            (OrganisationStatus.PENDING,),
        ),
    ),
    consistency_checks=(
        ("names of parties", consistency_checks.parties),
        ("erased accounts", erased_checks.erased_accounts),
        ("second factors", second_factor_checks.second_factors),
    ),
    references=(
        (table_of(Organisation).c.party_id, table_of(Party).c.id),
        (table_of(Party).c.organisation_id, table_of(Organisation).c.id),
    ),
)
