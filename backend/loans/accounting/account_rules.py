"""A loan's account, worked out anew from what was recorded: what is owed on any day, and what money counts for.

- What is due is paid in the order of the Civil Code, art. 561: costs, interest, principal; the older first. Of interest
  that of the instalments comes before the penalty.
- A payment of more than is due waits on the account, without interest, and counts on the next day on which something
  falls due. A payment of all counts for what is due, then for interest up to its day, then for principal that is not
  due yet; what is left is paid on the days of the terms (art. 677).
- What is not paid on its day, principal and interest of the instalment, bears the loan's rate and the penalty from that
  day on until it is paid, by the loan's day count; the penalty itself bears nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from backend.loan_terms.arithmetic.day_count_rules import interest_factor, ordinal
from backend.loan_terms.arithmetic.repayment_rules import Debt, allocate, extension
from backend.loan_terms.arithmetic.rounding_rules import half_even
from backend.loan_terms.arithmetic.schedule_rules import Instalment, LoanTerms, schedule, schedule_after
from backend.loans.codes import EntryKind, InstalmentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was recorded of a loan on a day: money, costs, or a longer term at a rate."""

    on: date
    kind: EntryKind
    amount_fen: int = 0
    term_months: int = 0
    rate_bp: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What an entry counted for. `from_account_fen` is money that was paid before and counts with it now."""

    from_account_fen: int = 0
    costs_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0
    on_account_fen: int = 0
    surplus_fen: int = 0


@dataclass(slots=True)
class FallenDue:
    """An instalment whose day has come, with what is still owed of it."""

    instalment: Instalment
    interest_fen: int
    principal_fen: int

    @property
    def owed_fen(self) -> int:
        """Interest and principal that are not paid."""
        return self.interest_fen + self.principal_fen

    def status_on(self, day: date) -> InstalmentStatus:
        """Return whether it is paid, or since when it should be."""
        if not self.owed_fen:
            return InstalmentStatus.PAID
        return InstalmentStatus.OVERDUE if self.instalment.due_on < day else InstalmentStatus.DUE


class Account:
    """The account of a loan as it stands at the end of a day, which only moves on."""

    def __init__(self, terms: LoanTerms, penalty_bp: int) -> None:
        self.terms = terms
        self.penalty_bp = penalty_bp
        self.day = terms.disbursed_on
        self.settled_to = terms.disbursed_on
        self.carried_fen = 0
        self.ahead = list(schedule(terms))
        self.fallen_due: list[FallenDue] = []
        self.costs_fen = 0
        self.on_account_fen = 0
        self.surplus_fen = 0
        self.paid = Debt()
        self._penalty = Fraction(0)
        self._penalty_paid_fen = 0

    @property
    def balance_fen(self) -> int:
        """Principal that is not due yet."""
        return sum(one.principal_fen for one in self.ahead)

    @property
    def penalty_fen(self) -> int:
        """Penalty that is owed; it is rounded once, over all of its time."""
        return half_even(self._penalty) - self._penalty_paid_fen

    @property
    def due(self) -> Debt:
        """What is due and not paid."""
        return Debt(
            costs_fen=self.costs_fen,
            interest_fen=sum(one.interest_fen for one in self.fallen_due) + self.penalty_fen,
            principal_fen=sum(one.principal_fen for one in self.fallen_due),
        )

    @property
    def accrued_fen(self) -> int:
        """Interest up to the day on principal that is not due yet."""
        if not self.ahead:
            return 0
        start = next(
            (one.ordinal for one in self.terms.due_days if one.falls_on == self.settled_to),
            ordinal(self.terms.day_count, self.settled_to),
        )
        days = max(0, ordinal(self.terms.day_count, self.day) - start)
        factor = interest_factor(self.terms.day_count, self.terms.rate_bp, days)
        return self.carried_fen + half_even(self.balance_fen * factor)

    @property
    def owed(self) -> Debt:
        """All that would have to be paid on the day for nothing to be owed."""
        due = self.due
        return Debt(
            costs_fen=due.costs_fen,
            interest_fen=due.interest_fen + self.accrued_fen,
            principal_fen=due.principal_fen + self.balance_fen,
        )

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed."""
        return not self.owed.total_fen

    @property
    def overdue_since(self) -> date | None:
        """The day on which the oldest instalment that is overdue should have been paid."""
        late = [one.instalment.due_on for one in self.fallen_due if one.status_on(self.day) is InstalmentStatus.OVERDUE]
        return min(late, default=None)

    @property
    def next_due_on(self) -> date | None:
        """The day of the oldest instalment that is not paid."""
        unpaid = [one.instalment.due_on for one in self.fallen_due if one.owed_fen]
        return min([*unpaid, *(one.due_on for one in self.ahead[:1])], default=None)

    @property
    def most_of_due_fen(self) -> int:
        """The most that a payment of what is due takes: that, and the next instalment so far as it is not paid yet."""
        upcoming = self.ahead[0].amount_fen if self.ahead else 0
        return self.due.total_fen + max(0, upcoming - self.on_account_fen)

    def move_to(self, day: date) -> None:
        """Move the account on to a day: instalments fall due, and the penalty on late ones accrues."""
        while self.ahead and self.ahead[0].falls_on <= day:
            instalment = self.ahead.pop(0)
            self._accrue_penalty(instalment.falls_on)
            self.settled_to, self.carried_fen = instalment.falls_on, 0
            self.fallen_due.append(FallenDue(instalment, instalment.interest_fen, instalment.principal_fen))
            self._pay_due(0)
        self._accrue_penalty(day)

    def _accrue_penalty(self, day: date) -> None:
        rate = self.terms.rate_bp + self.penalty_bp
        until = ordinal(self.terms.day_count, day)
        for one in self.fallen_due:
            since = ordinal(self.terms.day_count, max(self.day, one.instalment.due_on))
            if one.owed_fen and until > since:
                self._penalty += one.owed_fen * interest_factor(self.terms.day_count, rate, until - since)
        self.day = max(self.day, day)

    def enter(self, entry: Entry) -> Counted:
        """Return what an entry counts for; the account stands as it does afterwards."""
        self.move_to(entry.on)
        if entry.kind is EntryKind.COSTS:
            self.costs_fen += entry.amount_fen
            self._pay_due(0)
            return Counted()
        if entry.kind is EntryKind.EXTENSION:
            self._extend(entry)
            return Counted()
        if entry.kind is EntryKind.PAYMENT_OF_DUE:
            return self._pay_due(entry.amount_fen)
        return self._pay_all(entry.amount_fen)

    def _extend(self, entry: Entry) -> None:
        accrued, balance = self.accrued_fen, self.balance_fen
        longer = extension(
            self.terms,
            balance_fen=balance,
            settled_to=self.day,
            term_months=entry.term_months,
            rate_bp=entry.rate_bp,
        )
        self.terms = longer.terms
        self._plan(longer.schedule, accrued)

    def _plan(self, instalments: Iterable[Instalment], carried_fen: int) -> None:
        """Replace the instalments ahead; interest carried up to the day falls due with the first of them."""
        self.ahead = list(instalments)
        self.settled_to, self.carried_fen = self.day, carried_fen
        if self.ahead and carried_fen:
            first = self.ahead[0]
            self.ahead[0] = replace(first, interest_fen=first.interest_fen + carried_fen)

    def _pay_due(self, amount_fen: int) -> Counted:
        before = self.on_account_fen
        allocation = allocate(amount_fen + before, self.due)
        self._reduce_due(allocation.paid)
        self.on_account_fen = allocation.surplus_fen
        used = max(0, before - self.on_account_fen)
        paid = allocation.paid
        return Counted(
            from_account_fen=used,
            costs_fen=paid.costs_fen,
            interest_fen=paid.interest_fen,
            principal_fen=paid.principal_fen,
            on_account_fen=max(0, self.on_account_fen - before),
        )

    def _pay_all(self, amount_fen: int) -> Counted:
        before, self.on_account_fen = self.on_account_fen, 0
        due = allocate(amount_fen + before, self.due)
        self._reduce_due(due.paid)
        accrued, balance = self.accrued_fen, self.balance_fen
        rest = allocate(due.surplus_fen, Debt(interest_fen=accrued, principal_fen=balance))
        self.surplus_fen += rest.surplus_fen
        if rest.paid.total_fen:
            left = rest.owed
            self.paid = _sum(self.paid, rest.paid)
            plan = schedule_after(self.terms, left.principal_fen, self.day) if left.principal_fen else ()
            self._plan(plan, left.interest_fen)
        return Counted(
            from_account_fen=before,
            costs_fen=due.paid.costs_fen,
            interest_fen=due.paid.interest_fen + rest.paid.interest_fen,
            principal_fen=due.paid.principal_fen + rest.paid.principal_fen,
            surplus_fen=rest.surplus_fen,
        )

    def _reduce_due(self, paid: Debt) -> None:
        self.paid = _sum(self.paid, paid)
        self.costs_fen -= paid.costs_fen
        interest, principal = paid.interest_fen, paid.principal_fen
        for fallen_due in self.fallen_due:
            interest_part = min(interest, fallen_due.interest_fen)
            principal_part = min(principal, fallen_due.principal_fen)
            fallen_due.interest_fen -= interest_part
            fallen_due.principal_fen -= principal_part
            interest, principal = interest - interest_part, principal - principal_part
        self._penalty_paid_fen += interest


def _sum(first: Debt, second: Debt) -> Debt:
    return Debt(
        costs_fen=first.costs_fen + second.costs_fen,
        interest_fen=first.interest_fen + second.interest_fen,
        principal_fen=first.principal_fen + second.principal_fen,
    )


def account_on(
    terms: LoanTerms, penalty_bp: int, entries: Iterable[Entry], day: date
) -> tuple[Account, tuple[Counted, ...]]:
    """Return the account at the end of a day, and what each entry up to then counted for."""
    account = Account(terms, penalty_bp)
    counted = tuple(account.enter(entry) for entry in entries if entry.on <= day)
    account.move_to(day)
    return account, counted


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyRepaymentQuote:
    """What repaying principal before its day takes: what is due, interest up to the day, the principal.

    The penalty is a part of the interest that is due.
    """

    due: Debt
    penalty_fen: int
    accrued_fen: int
    principal_fen: int
    on_account_fen: int
    ahead: tuple[Instalment, ...]

    @property
    def amount_fen(self) -> int:
        """All that is to be paid on the day, less what waits on the account."""
        return max(0, self.due.total_fen + self.accrued_fen + self.principal_fen - self.on_account_fen)


def quote(account: Account, principal_fen: int) -> EarlyRepaymentQuote:
    """Return what an early repayment takes on the account's day; the account is used up by it."""
    due, accrued, on_account = account.due, account.accrued_fen, account.on_account_fen
    first = EarlyRepaymentQuote(
        due=due,
        penalty_fen=account.penalty_fen,
        accrued_fen=accrued,
        principal_fen=principal_fen,
        on_account_fen=on_account,
        ahead=(),
    )
    account.enter(Entry(on=account.day, kind=EntryKind.PAYMENT_OF_ALL, amount_fen=first.amount_fen))
    return replace(first, ahead=tuple(account.ahead))
