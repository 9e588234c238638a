"""What a loan costs the borrower in all: interest, fees, less a subsidy, and the effective yearly rate of it all."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from backend.loan_terms.arithmetic.rounding_rules import BASIS_POINTS, sums, whole_parts
from backend.loan_terms.arithmetic.schedule_rules import ExactSchedule, Instalment, LoanTerms, exact_of, schedule
from backend.loan_terms.arithmetic.yearly_rate_rules import YearlyRate, yearly_rate
from backend.loan_terms.codes import FeeKind, FeePayer, FeeTime, LoanFeeBase, SubsidyPayment
from backend.patents.legal_events.term_rules import add_months

YEAR: Final = 12  # months


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A fee: an amount, or basis points of what is lent or outstanding; `YEARLY` ones are for each year of the loan.

    A yearly fee is paid on the first day of each year of the loan, for a part year by its months.
    """

    kind: FeeKind
    payer: FeePayer
    time: FeeTime
    amount_fen: int | None = None
    rate_bp: int | None = None
    base: LoanFeeBase = LoanFeeBase.AMOUNT
    on: date | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for what the request's schema would have refused."""
        if (self.amount_fen is None) == (self.rate_bp is None):
            raise ValueError("a fee is an amount or a rate")
        if min(self.amount_fen or 0, self.rate_bp or 0) < 0:
            raise ValueError("a fee is never negative")
        if (self.on is None) == (self.time is FeeTime.ON_DAY):
            raise ValueError("a fee has a day of its own where it is paid on one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy:
    """A subsidy of interest: a yearly rate on the balance, which is never more than the loan's own.

    `months` are those from disbursement whose interest is subsidised, None for all; `cap_fen` the most that is paid.
    """

    rate_bp: Fraction
    payment: SubsidyPayment
    months: int | None = None
    cap_fen: int | None = None


@dataclass(frozen=True, slots=True)
class FeePayment:
    """One payment of a fee."""

    kind: FeeKind
    payer: FeePayer
    due_on: date
    amount_fen: int


@dataclass(frozen=True, slots=True)
class SubsidyReceipt:
    """One payment of the subsidy."""

    due_on: date
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a loan costs the borrower: `total_fen` before the subsidy, `net_fen` after it; `fees` are everybody's."""

    instalments: tuple[Instalment, ...]
    interest_fen: int
    fees: tuple[FeePayment, ...]
    borrower_fees_fen: int
    total_fen: int
    subsidies: tuple[SubsidyReceipt, ...]
    subsidy_fen: int
    net_fen: int
    yearly_rate: YearlyRate
    yearly_rate_with_subsidy: YearlyRate

    def fees_by_kind(self) -> dict[tuple[FeeKind, FeePayer], int]:
        """Return the sum of the fees of each kind by who pays them."""
        sums: Counter[tuple[FeeKind, FeePayer]] = Counter()
        for fee in self.fees:
            sums[fee.kind, fee.payer] += fee.amount_fen
        return dict(sums)


def share_of_lpr(share_bp: int, lpr_bp: int) -> Fraction:
    """Return the yearly rate, in basis points, that is a share of a loan prime rate."""
    return Fraction(share_bp * lpr_bp, BASIS_POINTS)


def whole_cost(terms: LoanTerms, fees: Sequence[Fee] = (), subsidy: Subsidy | None = None) -> Cost:
    """Return what a loan costs. Raises InstalmentBelowInterest, ValueError where a fee's day lies outside the loan."""
    instalments = schedule(terms)
    paid = tuple(payment for fee in fees for payment in fee_payments(terms, instalments, fee))
    received = subsidy_receipts(terms, instalments, exact_of(terms), subsidy) if subsidy else ()
    interest = sum(instalment.interest_fen for instalment in instalments)
    borrower_fees = sum(fee.amount_fen for fee in paid if fee.payer is FeePayer.BORROWER)
    subsidy_fen = sum(receipt.amount_fen for receipt in received)
    flows = cash_flows(terms, instalments, paid)
    return Cost(
        instalments=instalments,
        interest_fen=interest,
        fees=paid,
        borrower_fees_fen=borrower_fees,
        total_fen=interest + borrower_fees,
        subsidies=received,
        subsidy_fen=subsidy_fen,
        net_fen=interest + borrower_fees - subsidy_fen,
        yearly_rate=yearly_rate(flows),
        yearly_rate_with_subsidy=yearly_rate(
            _with_flows(flows, ((instalment.due_on, instalment.amount_fen) for instalment in received))
        ),
    )


def cash_flows(terms: LoanTerms, instalments: Sequence[Instalment], fees: Sequence[FeePayment]) -> dict[date, int]:
    """Return by day what the borrower gets (positive) and pays (negative), without a subsidy."""
    fee_flows = ((fee.due_on, -fee.amount_fen) for fee in fees if fee.payer is FeePayer.BORROWER)
    instalment_flows = ((instalment.due_on, -instalment.amount_fen) for instalment in instalments)
    return _with_flows(_with_flows({terms.disbursed_on: terms.amount_fen}, instalment_flows), fee_flows)


def _with_flows(flows: dict[date, int], further: Iterable[tuple[date, int]]) -> dict[date, int]:
    added = Counter(flows)
    for day, amount in further:
        added[day] += amount
    return dict(added)


def fee_payments(terms: LoanTerms, instalments: Sequence[Instalment], fee: Fee) -> tuple[FeePayment, ...]:
    """Return the payments of one fee; those of nothing are left out."""
    ends_on = instalments[-1].falls_on
    if fee.time is FeeTime.YEARLY:
        starts = range(0, terms.term_months, YEAR)
        days = [add_months(terms.disbursed_on, start) for start in starts]
        parts = [Fraction(min(YEAR, terms.term_months - start), YEAR) for start in starts]
    else:
        once = {FeeTime.AT_DISBURSEMENT: terms.disbursed_on, FeeTime.AT_MATURITY: ends_on}
        days, parts = [fee.on or once[fee.time]], [Fraction(1)]
    if not all(terms.disbursed_on <= day <= ends_on for day in days):
        raise ValueError("a fee is paid while the loan runs")
    exact = [part * _whole_fee(terms, instalments, fee, day) for day, part in zip(days, parts, strict=True)]
    amounts = whole_parts(sums(exact))
    return tuple(
        FeePayment(fee.kind, fee.payer, day, amount) for day, amount in zip(days, amounts, strict=True) if amount
    )


def _whole_fee(terms: LoanTerms, instalments: Sequence[Instalment], fee: Fee, day: date) -> Fraction:
    if fee.amount_fen is not None:
        return Fraction(fee.amount_fen)
    base = terms.amount_fen
    if fee.base is LoanFeeBase.BALANCE:
        base = next(
            (instalment.balance_fen for instalment in reversed(instalments) if instalment.falls_on <= day), base
        )
    return Fraction(base * (fee.rate_bp or 0), BASIS_POINTS)


def subsidy_receipts(
    terms: LoanTerms, instalments: Sequence[Instalment], exact: ExactSchedule, subsidy: Subsidy
) -> tuple[SubsidyReceipt, ...]:
    """Return the payments of a subsidy; interest that falls due after its months is not subsidised."""
    if not terms.rate_bp:
        return ()
    part = min(subsidy.rate_bp, Fraction(terms.rate_bp)) / terms.rate_bp
    last = add_months(terms.disbursed_on, terms.term_months if subsidy.months is None else subsidy.months)
    counted = sum(instalment.falls_on <= last for instalment in instalments)
    cumulative = [interest * part for interest in exact.interest[:counted]]
    if subsidy.cap_fen is not None:
        cumulative = [min(Fraction(subsidy.cap_fen), amount) for amount in cumulative]
    amounts = whole_parts(cumulative)
    days = [instalment.due_on for instalment in instalments[:counted]]
    if subsidy.payment is SubsidyPayment.AT_MATURITY:
        amounts, days = [sum(amounts)], [instalments[-1].due_on]
    return tuple(SubsidyReceipt(day, amount) for day, amount in zip(days, amounts, strict=True) if amount)
