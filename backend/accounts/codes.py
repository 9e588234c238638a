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


class Scope(StrEnum):
    """What an API key may be granted: reading or writing in one family of addresses."""

    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    CATALOGUE_READ = "catalogue:read"
    CATALOGUE_WRITE = "catalogue:write"
    DELIVERY_READ = "delivery:read"
    DELIVERY_WRITE = "delivery:write"
    ESTABLISHMENT_READ = "establishment:read"
    ESTABLISHMENT_WRITE = "establishment:write"
    FILES_READ = "files:read"
    FILES_WRITE = "files:write"
    IMPORTS_READ = "imports:read"
    IMPORTS_WRITE = "imports:write"
    LICENSING_READ = "licensing:read"
    LICENSING_WRITE = "licensing:write"
    RIGHTS_READ = "rights:read"
    RIGHTS_WRITE = "rights:write"
