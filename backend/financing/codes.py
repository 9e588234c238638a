"""The codes of financing: stable, written as they are stored and shown."""

from enum import StrEnum


class ProductStatus(StrEnum):
    """Where a bank's product stands."""

    DRAFT = "draft"
    OFFERED = "offered"
    WITHDRAWN = "withdrawn"


class RequestStatus(StrEnum):
    """Where a request for financing stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class DisclosureStatus(StrEnum):
    """Whether the recipient of a disclosure may read, or why it may not any more."""

    STANDING = "standing"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ENDED = "ended"
    KEPT = "kept"


class OfferStatus(StrEnum):
    """Where a bank's offer stands."""

    DRAFTED = "drafted"
    STANDING = "standing"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class OfferCloser(StrEnum):
    """By whom an offer stands no more."""

    BANK = "bank"
    BORROWER = "borrower"
    TIME = "time"


class NoComparison(StrEnum):
    """Why an offer is compared with no other: only those that stand, of the same amount and term, are alike."""

    NO_LIKE_OFFER = "no_like_offer"
    NOT_STANDING = "not_standing"


class GuaranteeStatus(StrEnum):
    """What a guarantor answered."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    LAPSED = "lapsed"


class PledgorConsentStatus(StrEnum):
    """What another holder of a patent says to its being pledged for the requester's debt."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"


class RecipientKind(StrEnum):
    """As what an organisation is shown a request."""

    BANK = "bank"
    GUARANTOR = "guarantor"


class RequestRole(StrEnum):
    """What an organisation does in a request."""

    BORROWER = "borrower"
    BANK = "bank"
    GUARANTOR = "guarantor"


class Part(StrEnum):
    """A part of a request that is disclosed by itself; amount, term and purpose go with every disclosure."""

    COMPANY = "company"
    PATENTS = "patents"
    APPRAISAL = "appraisal"
    DOCUMENTS = "documents"
    ANSWERS = "answers"


class ViewedPart(StrEnum):
    """What somebody read, as the ledger of views has it."""

    REQUEST = "request"
    COMPANY = "company"
    PATENTS = "patents"
    APPRAISAL = "appraisal"
    DOCUMENTS = "documents"
    DOCUMENT_CONTENT = "document_content"
    ANSWERS = "answers"


class DeclineCode(StrEnum):
    """Why a bank or a guarantor declines: the reference list `financing-decline-codes`."""

    AMOUNT = "amount"
    TERM = "term"
    PATENTS_NOT_SUITABLE = "patents_not_suitable"
    COMPANY_CREDIT = "company_credit"
    DOCUMENTS_MISSING = "documents_missing"
    SECTOR = "sector"
    CAPACITY = "capacity"
    OTHER = "other"


class DocumentKind(StrEnum):
    """What a document shows: the reference list `financing-documents`."""

    BUSINESS_LICENCE = "business_licence"
    FINANCIAL_STATEMENTS = "financial_statements"
    TAX_RECORDS = "tax_records"
    CREDIT_REPORT_AUTHORISATION = "credit_report_authorisation"
    PATENT_CERTIFICATES = "patent_certificates"
    APPRAISAL_REPORT = "appraisal_report"
    SALES_CONTRACTS = "sales_contracts"
    OWNERS_RESOLUTION = "owners_resolution"
    OTHER = "other"


class SameDayAnswer(StrEnum):
    """Whether the applicant of a utility model applied for a patent for the same invention on the same day."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Ground(StrEnum):
    """A ground on which the office refuses to register a pledge, in the order of its measures."""

    NOT_THE_REGISTERED_OWNER = "not_the_registered_owner"
    TERMINATED_OR_INVALID = "terminated_or_invalid"
    NOT_GRANTED = "not_granted"
    ANNUITY_UNPAID = "annuity_unpaid"
    SUSPENDED = "suspended"
    DEBT_OUTLASTS_PATENT = "debt_outlasts_patent"
    CONTRACT_INCOMPLETE = "contract_incomplete"
    CO_OWNERS_MISSING = "co_owners_missing"
    ALREADY_PLEDGED = "already_pledged"
    SAME_DAY_APPLICATION = "same_day_application"
    INVALIDATION_PENDING = "invalidation_pending"
    OTHER = "other"


class CheckOutcome(StrEnum):
    """What a check found; the later the stronger."""

    PASS = "pass"  # noqa: S105 - a code
    UNKNOWN = "unknown"
    TO_CONFIRM = "to_confirm"
    REFUSED = "refused"


class Aspect(StrEnum):
    """In what a product fits a request or does not."""

    AMOUNT = "amount"
    TERM = "term"
    PATENT_KINDS = "patent_kinds"
    CLASSES = "classes"
    REGION = "region"
    LOAN_TO_VALUE = "loan_to_value"
    DOCUMENTS = "documents"
    GUARANTEE = "guarantee"


class PledgeeKind(StrEnum):
    """To whom the patents are pledged by an offer."""

    BANK = "bank"
    GUARANTOR = "guarantor"
