"""The settings of contracts, financing, loans and pledges, which are part of the platform's."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings


class FinancingSettings(BaseSettings):
    """How long contracts are signed, what one request for financing may cost, and the days around pledges."""

    financing_requests_per_day: int = Field(20, ge=0, description="Financing requests of an enterprise in a day.")
    financing_requests_per_day_unverified: int = Field(5, ge=0, description="… and of one that is not verified.")
    financing_disclosures_per_day: int = Field(100, ge=0, description="Disclosures of an enterprise in a day.")
    financing_disclosure_days: int = Field(180, ge=1, le=180, description="The longest that a disclosure lasts.")
    financing_disclosures_per_request: int = Field(20, ge=1, le=100, description="Of one request at one time.")
    financing_questions_open: int = Field(10, ge=1, le=100, description="Of one bank about a request at one time.")
    financing_offers_open: int = Field(5, ge=1, le=20, description="Of one bank for a request at one time.")
    pledge_registration_working_days: int = Field(
        5, ge=1, le=60, description="Working days that the office usually takes for the registration of a pledge."
    )
    pledge_release_working_days: int = Field(
        10, ge=1, le=60, description="Working days after the debt is paid in which the pledgee files the release."
    )
    pledge_reappraisal_days: int = Field(
        365, ge=30, le=3_650, description="After so long the value of pledged patents is to be looked at again."
    )
    pledge_annuity_notice_days: int = Field(
        60, ge=1, le=365, description="So long before an annuity of a pledged patent is due its pledgee is told."
    )
    loan_entries: int = Field(1_000, ge=10, le=10_000, description="Of one loan's account.")
    loan_claims_open: int = Field(10, ge=1, le=100, description="Repayments of a loan that wait for the lender.")
    financing_figures_settling_days: int = Field(
        90, ge=0, le=365, description="So long after a year its requests for financing are counted and published."
    )
    financing_watch_days: int = Field(90, ge=1, le=365, description="How far back and ahead a bank's watch list looks.")
    contract_signing_days: int = Field(
        30, ge=1, le=365, description="How long a version of a contract can be signed; then it expires."
    )
    signature_preparation_minutes: int = Field(
        30, ge=1, le=1440, description="How long what was prepared for a signature by certificate is good."
    )
    signing_trust_roots: Path | None = Field(
        None, description="PEM file, or folder of such, with the roots of signing certificates; none: none is taken."
    )
    loan_costs_per_address_per_minute: int = Field(
        60, ge=0, description="Costs of loans that one address may have worked out in a minute; 0: no limit."
    )
