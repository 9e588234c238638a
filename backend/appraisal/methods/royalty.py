"""Relief from royalty of a patent: the cases and the table, over the remaining term that the register knows."""

from datetime import date, timedelta

from backend.appraisal.errors import TermNotKnown
from backend.appraisal.indicators.readings import ALIVE
from backend.appraisal.methods.royalty_rules import ROUNDING, RoyaltyCase, present_values, steps_between, total
from backend.appraisal.methods.schemas import (
    RoyaltyCaseOut,
    RoyaltyReliefIn,
    RoyaltyReliefOut,
    RoyaltyYearOut,
    SensitivityRow,
)
from backend.core.errors import FieldError, Malformed, Text
from backend.licences.terms.fee_rules import LicenceYear, licence_years
from backend.patents.models import Patent

OUTSIDE = Text("应在今天至期限届满日之间。", "It lies between today and the last day of the term.")


def relief_from_royalty(patent: Patent, body: RoyaltyReliefIn, today: date, language: str) -> RoyaltyReliefOut:
    """Return the present value of the royalties; raise TermNotKnown where the right does not stand or has no term."""
    expiry = patent.expiry_date
    if patent.legal_status not in ALIVE or expiry is None or expiry <= today:
        raise TermNotKnown
    last = expiry - timedelta(days=1)
    until = body.until or last
    if not today <= until <= last:
        raise Malformed(errors=[FieldError("/until", "outside_the_term", OUTSIDE)])
    years = licence_years(today, until)
    sales, royalty, discount = body.sales_fen, body.royalty_bp, body.discount_bp
    discounts = steps_between(discount.low, discount.base, discount.high)
    return RoyaltyReliefOut(
        patent_id=patent.id,
        as_of=today,
        term_ends_on=last,
        until=until,
        growth_bp=body.growth_bp,
        contribution_bp=body.contribution_bp,
        tax_bp=body.tax_bp,
        low=_case_out(_case(body, sales.low, royalty.low, discount.high), years),
        base=_case_out(_case(body, sales.base, royalty.base, discount.base), years),
        high=_case_out(_case(body, sales.high, royalty.high, discount.low), years),
        discounts_bp=discounts,
        sensitivity=[
            SensitivityRow(
                royalty_bp=rate,
                values_fen=[total(_case(body, sales.base, rate, discount_bp), years) for discount_bp in discounts],
            )
            for rate in steps_between(royalty.low, royalty.base, royalty.high)
        ],
        rounding=ROUNDING.say(language, {}),
    )


def _case(body: RoyaltyReliefIn, sales_fen: int, royalty_bp: int, discount_bp: int) -> RoyaltyCase:
    return RoyaltyCase(
        sales_fen=sales_fen,
        royalty_bp=royalty_bp,
        growth_bp=body.growth_bp,
        discount_bp=discount_bp,
        contribution_bp=body.contribution_bp,
        tax_bp=body.tax_bp or 0,
    )


def _case_out(case: RoyaltyCase, years: tuple[LicenceYear, ...]) -> RoyaltyCaseOut:
    values = present_values(case, years)
    return RoyaltyCaseOut(
        sales_fen=case.sales_fen,
        royalty_bp=case.royalty_bp,
        discount_bp=case.discount_bp,
        years=[
            RoyaltyYearOut(**{name: getattr(year, name) for name in RoyaltyYearOut.model_fields}) for year in values
        ],
        value_fen=sum(year.present_value_fen for year in values),
    )
