"""Every state machine of the platform, to be drawn."""

from typing import Final

from backend.accounts import rules as verification
from backend.accounts.codes import OrganisationStatus
from backend.core.errors import Text
from backend.core.state_diagrams import Machine
from backend.establishment import rules as establishment
from backend.establishment.codes import EstablishmentState
from backend.imports import rules as imports
from backend.licences import states as licensing
from backend.listings import rules as listing_rules
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus
from backend.patents.holdings import rules as holding_rules
from backend.patents.legal_events import status_rules
from backend.rights.codes import ConsentState
from backend.rights.consents import rules as consent_rules

MACHINES: Final = (
    Machine(
        Text("组织的核验", "Verification of an organisation"),
        "backend/accounts/rules.py",
        verification.TRANSITIONS,
        (OrganisationStatus.PENDING,),
    ),
    Machine(Text("导入", "Import"), "backend/imports/rules.py", imports.TRANSITIONS, (imports.Status.RECEIVED,)),
    Machine(
        Text("权利持有", "Holding"),
        "backend/patents/holdings/rules.py",
        holding_rules.TRANSITIONS,
        (HoldingState.ASSERTED,),
    ),
    Machine(
        Text("权利人确认申请", "Request to be heard as a holder"),
        "backend/establishment/rules.py",
        establishment.TRANSITIONS,
        (EstablishmentState.ASKED,),
    ),
    Machine(
        Text("专利的法律状态", "Legal status of a patent"),
        "backend/patents/legal_events/status_rules.py",
        status_rules.TRANSITIONS,
        (LegalStatus.UNKNOWN, LegalStatus.ENDED_UNKNOWN),  # a register may call a right dead without the reason
    ),
    Machine(
        Text("挂牌", "Listing"),
        "backend/listings/rules.py",
        listing_rules.TRANSITIONS,
        (ListingStatus.DRAFT,),
    ),
    Machine(
        Text("同意", "Consent"),
        "backend/rights/consents/rules.py",
        consent_rules.TRANSITIONS,
        (ConsentState.ASKED,),
    ),
    Machine(
        Text("开放许可声明", "Declaration of an open licence"),
        "backend/licences/states.py",
        licensing.TRANSITIONS,
        (licensing.OpenStatus.DRAFT,),
    ),
    Machine(
        Text("开放许可通知", "Notice under an open licence"),
        "backend/licences/states.py",
        licensing.NOTICE_TRANSITIONS,
        (licensing.NoticeStatus.GIVEN,),
    ),
    Machine(
        Text("开放许可付款", "Payment under an open licence"),
        "backend/licences/states.py",
        licensing.PAYMENT_TRANSITIONS,
        (licensing.PaymentStatus.RECORDED, licensing.PaymentStatus.TO_BE_CONFIRMED),
    ),
    Machine(
        Text("许可", "Licence"),
        "backend/licences/states.py",
        licensing.LICENCE_TRANSITIONS,
        (licensing.LicenceStatus.AWAITING_START, licensing.LicenceStatus.IN_FORCE),
    ),
)
