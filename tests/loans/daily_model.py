"""A loan's account worked out by walking through its days, with none of the platform's arithmetic of accounts."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from backend.loans.accounting.account_rules import Entry
from backend.loans.codes import EntryKind

YEAR = 365


@dataclass
class Line:
    """An instalment: its day, and what is still owed of it."""

    day: date
    interest: int
    principal: int


@dataclass
class DayByDay:
    """A loan with interest by actual days over 365, whose principal is repaid in equal parts or at the end.

    `days` are those of its instalments; `equal` whether principal is repaid in equal parts.
    """

    balance: int
    rate: int
    penalty: int
    start: date
    days: list[date]
    equal: bool
    costs: int = 0
    on_account: int = 0
    surplus: int = 0
    late: Fraction = Fraction(0)
    late_paid: int = 0
    due: list[Line] = field(default_factory=list)
    ahead: list[Line] = field(default_factory=list)
    settled: date = field(init=False)
    carried: int = 0

    def __post_init__(self) -> None:
        self.settled = self.start
        self._plan(self.balance, self.start, 0)

    def _plan(self, balance: int, since: date, carried: int) -> None:
        ahead = [day for day in self.days if day > since]
        self.ahead, self.settled, self.carried = [], since, carried
        whole_interest = whole_principal = 0
        interest, before, left = Fraction(0), since, Fraction(balance)
        for number, day in enumerate(ahead, 1):
            interest += left * self.rate * (day - before).days / (10_000 * YEAR)
            repaid = Fraction(balance * number, len(ahead)) if self.equal else Fraction(balance * (day == ahead[-1]))
            left, before = balance - repaid, day
            line = Line(day, round(interest) - whole_interest, round(repaid) - whole_principal)
            whole_interest, whole_principal = round(interest), round(repaid)
            self.ahead.append(line)
        if self.ahead:
            self.ahead[0].interest += carried

    def _accrued(self, day: date) -> int:
        if not self.ahead:
            return 0
        balance = sum(line.principal for line in self.ahead)
        return self.carried + round(Fraction(balance * self.rate * (day - self.settled).days, 10_000 * YEAR))

    def _late(self) -> int:
        return round(self.late) - self.late_paid

    def _take(self, money: int) -> int:
        """Return what is left of money after what is due is paid: costs, interest, penalty, principal."""
        paid = min(money, self.costs)
        self.costs, money = self.costs - paid, money - paid
        for line in self.due:
            paid = min(money, line.interest)
            line.interest, money = line.interest - paid, money - paid
        paid = min(money, self._late())
        self.late_paid, money = self.late_paid + paid, money - paid
        for line in self.due:
            paid = min(money, line.principal)
            line.principal, money = line.principal - paid, money - paid
        return money

    def _enter(self, entry: Entry) -> None:
        if entry.kind is EntryKind.COSTS:
            self.costs += entry.amount_fen
            self.on_account = self._take(self.on_account)
        elif entry.kind is EntryKind.PAYMENT_OF_DUE:
            self.on_account = self._take(self.on_account + entry.amount_fen)
        else:
            money = self._take(self.on_account + entry.amount_fen)
            self.on_account = 0
            accrued, balance = self._accrued(entry.on), sum(line.principal for line in self.ahead)
            interest = min(money, accrued)
            principal = min(money - interest, balance)
            self.surplus += money - interest - principal
            if interest + principal:
                self._plan(balance - principal, entry.on, accrued - interest)
                if balance == principal:
                    self.ahead = []

    def walk(self, entries: list[Entry], until: date) -> dict[str, int]:
        """Return what is owed at the end of a day."""
        day = self.start
        while day <= until:
            if day > self.start:
                owed = sum(line.interest + line.principal for line in self.due)
                self.late += Fraction(owed * (self.rate + self.penalty), 10_000 * YEAR)
            if self.ahead and self.ahead[0].day == day:
                self.due.append(self.ahead.pop(0))
                self.settled, self.carried = day, 0
                self.on_account = self._take(self.on_account)
            for entry in entries:
                if entry.on == day:
                    self._enter(entry)
            day += timedelta(days=1)
        return {
            "costs": self.costs,
            "interest": sum(line.interest for line in self.due),
            "penalty": self._late(),
            "principal": sum(line.principal for line in self.due),
            "accrued": self._accrued(until),
            "ahead": sum(line.principal for line in self.ahead),
            "on_account": self.on_account,
            "surplus": self.surplus,
        }
