"""The codes of contracts: stable, written as they are stored and shown."""

from enum import StrEnum


class ContractStatus(StrEnum):
    """Where a contract stands: the reference list `contract-states`."""

    DRAFTED = "drafted"
    SIGNING = "signing"
    CHANGE_ASKED = "change_asked"
    EFFECTIVE = "effective"
    REFUSED = "refused"
    EXPIRED = "expired"
    TERMINATED = "terminated"


class VersionKind(StrEnum):
    """What is signed: the contract itself, a change of its terms, or its end."""

    CONTRACT = "contract"
    AMENDMENT = "amendment"
    TERMINATION = "termination"


class VersionStatus(StrEnum):
    """Where one version that is to be signed stands: the reference list `contract-version-states`."""

    OPEN = "open"
    SIGNED = "signed"
    LAPSED = "lapsed"
    REFUSED = "refused"
    EXPIRED = "expired"


class SigningMeans(StrEnum):
    """What proved who signed; `demonstration`: nothing did, and nobody signed, since all of it is made up."""

    SECOND_FACTOR = "second_factor"
    SIGNING_KEY = "signing_key"
    DEMONSTRATION = "demonstration"


class RefusalReason(StrEnum):
    """Why a side does not sign: the reference list `contract-refusals`."""

    TERMS = "terms"
    AMOUNT = "amount"
    PARTY = "party"
    AUTHORITY = "authority"
    RIGHT_DOUBTED = "right_doubted"
    NO_LONGER_NEEDED = "no_longer_needed"
    WITHDRAWN = "withdrawn"
    OTHER = "other"


class SubjectMatch(StrEnum):
    """By what a certificate was found to be an organisation's."""

    CREDIT_CODE = "credit_code"
    NAME = "name"
