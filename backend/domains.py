"""Every domain of the platform, in their order: a domain may rest on those before it, never on those behind it.

The order is also that in which several of them handle one event, are swept, and are checked. The layers in
`pyproject.toml` hold it.
"""

from typing import Final

from backend.accounts.domain import DOMAIN as ACCOUNTS
from backend.alerts.domain import DOMAIN as ALERTS
from backend.appraisal.domain import DOMAIN as APPRAISAL
from backend.contracts.domain import DOMAIN as CONTRACTS
from backend.core.core_domain import DOMAIN as CORE
from backend.core.domain import Domain, Registry
from backend.delivery.domain import DOMAIN as DELIVERY
from backend.demo.domain import DOMAIN as DEMO
from backend.establishment.domain import DOMAIN as ESTABLISHMENT
from backend.files.domain import DOMAIN as FILES
from backend.financing.domain import DOMAIN as FINANCING
from backend.financing_figures.domain import DOMAIN as FINANCING_FIGURES
from backend.fsck.domain import DOMAIN as FSCK
from backend.imports.domain import DOMAIN as IMPORTS
from backend.introductions.domain import DOMAIN as INTRODUCTIONS
from backend.licences.domain import DOMAIN as LICENCES
from backend.listings.domain import DOMAIN as LISTINGS
from backend.loan_terms.domain import DOMAIN as LOAN_TERMS
from backend.loans.domain import DOMAIN as LOANS
from backend.matching.domain import DOMAIN as MATCHING
from backend.needs.domain import DOMAIN as NEEDS
from backend.open_licences.domain import DOMAIN as OPEN_LICENCES
from backend.patent_search.domain import DOMAIN as PATENT_SEARCH
from backend.patents.domain import DOMAIN as PATENTS
from backend.pledges.domain import DOMAIN as PLEDGES
from backend.receivable_pledges.domain import DOMAIN as RECEIVABLE_PLEDGES
from backend.reference.domain import DOMAIN as REFERENCE
from backend.register_import.domain import DOMAIN as REGISTER_IMPORT
from backend.response_clocks.domain import DOMAIN as RESPONSE_CLOCKS
from backend.rights.domain import DOMAIN as RIGHTS
from backend.text_vectors.domain import DOMAIN as TEXT_VECTORS
from backend.unanswered_searches.domain import DOMAIN as UNANSWERED_SEARCHES

DOMAINS: Final[tuple[Domain, ...]] = (
    CORE,
    REFERENCE,
    ACCOUNTS,
    FILES,
    DELIVERY,
    RESPONSE_CLOCKS,
    CONTRACTS,
    IMPORTS,
    PATENTS,
    REGISTER_IMPORT,
    LISTINGS,
    ESTABLISHMENT,
    RIGHTS,
    LICENCES,
    OPEN_LICENCES,
    RECEIVABLE_PLEDGES,
    UNANSWERED_SEARCHES,
    PATENT_SEARCH,
    TEXT_VECTORS,
    NEEDS,
    MATCHING,
    ALERTS,
    INTRODUCTIONS,
    APPRAISAL,
    LOAN_TERMS,
    FINANCING,
    LOANS,
    PLEDGES,
    FINANCING_FIGURES,
    FSCK,
    DEMO,
)
REGISTRY: Final = Registry(DOMAINS)
