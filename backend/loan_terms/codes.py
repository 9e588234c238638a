"""The codes of loan terms: stable, written as they are stored and shown."""

from enum import StrEnum


class RepaymentMethod(StrEnum):
    """How principal and interest are repaid."""

    EQUAL_INSTALMENTS = "equal_instalments"
    EQUAL_PRINCIPAL = "equal_principal"
    INTEREST_FIRST = "interest_first"
    AT_MATURITY = "at_maturity"


class DayCount(StrEnum):
    """By which days interest is counted: the days of a period, over those of a year."""

    ACTUAL_360 = "actual_360"
    ACTUAL_365 = "actual_365"
    THIRTY_360 = "thirty_360"


class DueDayShift(StrEnum):
    """What becomes of a payment whose day is no working day; interest counts to the day of the terms all the same."""

    NONE = "none"
    NEXT_WORKING_DAY = "next_working_day"


class FeeKind(StrEnum):
    """What a fee is for."""

    GUARANTEE = "guarantee"
    ARRANGEMENT = "arrangement"
    APPRAISAL = "appraisal"
    REGISTRATION = "registration"
    NOTARISATION = "notarisation"
    INSURANCE = "insurance"
    OTHER = "other"


class FeePayer(StrEnum):
    """Who pays a fee."""

    BORROWER = "borrower"
    BANK = "bank"
    GUARANTOR = "guarantor"
    GOVERNMENT = "government"


class LoanFeeBase(StrEnum):
    """What a fee in basis points is a part of."""

    AMOUNT = "amount"
    BALANCE = "balance"


class FeeTime(StrEnum):
    """When a fee is paid."""

    AT_DISBURSEMENT = "at_disbursement"
    YEARLY = "yearly"
    ON_DAY = "on_day"
    AT_MATURITY = "at_maturity"


class SubsidyPayment(StrEnum):
    """When a subsidy of interest is paid out."""

    WITH_INTEREST = "with_interest"
    AT_MATURITY = "at_maturity"


class NoRate(StrEnum):
    """Why cash flows have no one effective yearly rate."""

    NO_RETURN = "no_return"
    SEVERAL_RATES = "several_rates"
    OUT_OF_RANGE = "out_of_range"


class LprTenor(StrEnum):
    """Of which term a loan prime rate is."""

    ONE_YEAR = "one_year"
    FIVE_YEARS = "five_years"


class SharingRole(StrEnum):
    """Who bears a share of a loss under a risk-sharing scheme."""

    GUARANTEE_COMPANY = "guarantee_company"
    RE_GUARANTEE = "re_guarantee"
    NATIONAL_FUND = "national_fund"
    POOL = "pool"
    BANK = "bank"


class CompensatesAt(StrEnum):
    """When a risk-sharing scheme compensates."""

    DEFAULT = "default"
    AFTER_DISPOSAL = "after_disposal"


class SourceSureness(StrEnum):
    """How sure a row of a dated table is: read in a primary text, in another one only, or general knowledge."""

    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    GENERAL_KNOWLEDGE = "general_knowledge"
