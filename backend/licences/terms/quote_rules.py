"""What a licence costs by its declared terms: the same figures for everybody, with every line of the working.

A figure of use is that of one full licence year and counts for each; in a part year it counts by the days of that
licence year. Bounds of steps stay what they are in a part year. Amounts are in fen.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from backend.core.errors import FieldError, Text
from backend.licences.codes import Due, FeeBase, FeeForm, LineCode, LumpSumPer, Payment
from backend.licences.terms.errors import QuoteInputMissing, QuoteTooLarge
from backend.licences.terms.fee_rules import (
    ROUNDING,
    LicenceYear,
    counted,
    exact_text,
    licence_years,
    minimum,
    rounded,
    royalty,
    slices,
)
from backend.licences.terms.models import MOST, FeeTerms
from backend.licences.terms.rules import ROYALTY, check_terms

NEEDS: Final = {FeeBase.NET_SALES: "net_sales_fen", FeeBase.PROFIT: "profit_fen", FeeBase.UNIT: "units"}
MISSING: Final = Text("该许可费按 {base} 计算，请给出此项。", "The fee is reckoned on {base}; give this figure.")


@dataclass(frozen=True, slots=True)
class Use:
    """The use of one full licence year, as far as the asker says; none may be negative."""

    net_sales_fen: int | None = None
    profit_fen: int | None = None
    units: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no caller's form lets through."""
        if any(figure is not None and figure < 0 for figure in (self.net_sales_fen, self.profit_fen, self.units)):
            raise ValueError("use is never negative")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working; `exact` is its result in fen (for `use`: in fen or units), before any rounding.

    `base_fen` or `units` is the figure of a full licence year, `applied_to` what the rate is applied to, between
    `above` and `up_to`. Only a `payable` line has `amount_fen`, its `exact` rounded.
    """

    code: LineCode
    year: int
    starts_on: date
    ends_on: date
    exact: str
    payment: Payment | None = None
    days: int | None = None
    of_days: int | None = None
    base_fen: int | None = None
    units: int | None = None
    applied_to: str | None = None
    above: int | None = None
    up_to: int | None = None
    rate_bp: int | None = None
    unit_fee_fen: int | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Payable:
    """One amount payable: what for, of which licence year, from when, exactly and in whole fen."""

    payment: Payment
    year: int
    due: Due
    exact: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class YearAmount:
    """All that is payable for one licence year; what is paid once stands in the first."""

    year: int
    starts_on: date
    ends_on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What the licence costs; `total_fen` is the sum of the amounts payable, and so of the years."""

    lines: tuple[Line, ...]
    payable: tuple[Payable, ...]
    years: tuple[YearAmount, ...]
    due_at_start_fen: int
    total_fen: int
    rounding: Text


def quote(terms: FeeTerms, use: Use, starts_on: date, ends_on: date) -> Quote:
    """Return the fee from the first day to the last, both included.

    Raises TermsContradict, QuotePeriodWrong, QuoteInputMissing, or QuoteTooLarge.
    """
    check_terms(terms)
    years = licence_years(starts_on, ends_on)
    figure = _figure(terms, use)
    lines: list[Line] = []
    payable: list[Payable] = []
    for year in years:
        for owed, working in _of_year(terms, figure, year):
            lines += working
            payable += [owed] if owed else []
    total = sum(owed.amount_fen for owed in payable)
    if total > MOST:
        raise QuoteTooLarge
    return Quote(
        lines=tuple(lines),
        payable=tuple(payable),
        years=tuple(_sum_of(year, payable) for year in years),
        due_at_start_fen=sum(owed.amount_fen for owed in payable if owed.due is Due.AT_START),
        total_fen=total,
        rounding=ROUNDING,
    )


def quote_data(found: Quote) -> dict[str, Any]:
    """Return the quote as plain data, without empty places: the form that is frozen with a notice and hashed."""
    data = {name: [_plain(asdict(part)) for part in getattr(found, name)] for name in ("lines", "payable", "years")}
    return {
        **data,
        "due_at_start_fen": found.due_at_start_fen,
        "total_fen": found.total_fen,
        "rounding": found.rounding._asdict(),
    }


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in row.items()
        if value is not None
    }


def _figure(terms: FeeTerms, use: Use) -> int:
    if terms.form not in ROYALTY or terms.base is None:
        return 0
    name = NEEDS[terms.base]
    figure: int | None = getattr(use, name)
    if figure is None:
        raise QuoteInputMissing(errors=[FieldError(f"/{name}", "quote_input_missing", MISSING, {"base": name})])
    return figure


def _sum_of(year: LicenceYear, payable: list[Payable]) -> YearAmount:
    amount = sum(owed.amount_fen for owed in payable if owed.year == year.number)
    return YearAmount(year.number, year.starts_on, year.ends_on, amount)


Part = tuple[Payable | None, list[Line]]


def _of_year(terms: FeeTerms, figure: int, year: LicenceYear) -> Iterator[Part]:
    """What one licence year adds: amounts payable, each with its working."""
    first = year.number == 1
    if terms.form is FeeForm.FREE:
        yield None, [_line(LineCode.FREE, year, Fraction(0))]
    if terms.lump_sum_fen is not None:
        if terms.lump_sum_per is LumpSumPer.YEAR:
            due = Due.AT_START if first else Due.YEAR_START
            yield _fixed(year, Payment.LUMP_SUM, due, terms.lump_sum_fen, counted(terms, year))
        elif first:
            yield _fixed(year, Payment.LUMP_SUM, Due.AT_START, terms.lump_sum_fen)
    if terms.entry_fee_fen is not None and first:
        yield _fixed(year, Payment.ENTRY_FEE, Due.AT_START, terms.entry_fee_fen)
    if terms.form in ROYALTY:
        yield _royalty(terms, figure, year)


def _line(code: LineCode, year: LicenceYear, exact: Fraction, **more: Any) -> Line:
    return Line(code, year.number, year.starts_on, year.ends_on, exact_text(exact), **more)


def _payable(year: LicenceYear, payment: Payment, due: Due, exact: Fraction) -> tuple[Payable, Line]:
    amount = rounded(exact)
    line = _line(LineCode.PAYABLE, year, exact, payment=payment, amount_fen=amount)
    return Payable(payment, year.number, due, exact_text(exact), amount), line


def _by_days(part: Fraction, year: LicenceYear) -> dict[str, int]:
    return {"days": year.days, "of_days": year.of_days} if part != 1 else {}


def _fixed(year: LicenceYear, payment: Payment, due: Due, amount: int, part: Fraction = Fraction(1)) -> Part:
    exact = amount * part
    shown = _line(LineCode.FIXED, year, exact, payment=payment, base_fen=amount, **_by_days(part, year))
    owed, line = _payable(year, payment, due, exact)
    return owed, [shown, line]


def _royalty(terms: FeeTerms, figure: int, year: LicenceYear) -> Part:
    used = figure * year.part
    name = "units" if terms.base is FeeBase.UNIT else "base_fen"
    lines = [_line(LineCode.USE, year, used, **{name: figure}, **_by_days(year.part, year))]
    for found in slices(terms, year.number, used):
        shown = {
            "applied_to": exact_text(found.applied_to),
            "above": found.above,
            "up_to": found.up_to,
            "rate_bp": found.rate_bp,
            "unit_fee_fen": found.unit_fee_fen,
        }
        lines.append(_line(LineCode.ROYALTY, year, found.exact, **shown))
    exact = royalty(terms, year.number, used)
    lines.append(_line(LineCode.ROYALTY_OF_YEAR, year, exact))
    least = minimum(terms, year)
    if least is not None:
        part = counted(terms, year)
        lines.append(_line(LineCode.MINIMUM, year, least, base_fen=terms.minimum_per_year_fen, **_by_days(part, year)))
        exact = max(exact, least)
    owed, line = _payable(year, Payment.ROYALTY, Due.AFTER_REPORT, exact)
    return owed, [*lines, line]
