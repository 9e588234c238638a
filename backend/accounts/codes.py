"""The codes of accounts: stable, written as they are stored and shown."""

from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is."""

    UNIVERSITY = "university"
    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"
    OPERATION_CENTRE = "operation_centre"
    BANK = "bank"
    GUARANTOR = "guarantor"
    SERVICE_INSTITUTION = "service_institution"
    AUTHORITY = "authority"
    PLATFORM = "platform"


class OrganisationStatus(StrEnum):
    """Whether the platform or the authority has verified it."""

    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"


class Role(StrEnum):
    """What a member may do inside the organisation."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"
