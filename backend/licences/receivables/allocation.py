"""Allocates a licence's payments to what is due, anew whenever a payment or an amount changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backend.licences import queries
from backend.licences.certificates.content import CertifiedStep
from backend.licences.date_checks import last_day
from backend.licences.models import Licence, Payment, RoyaltyReport
from backend.licences.receivables.instalment_rules import Instalment, instalments
from backend.licences.states import COUNTS, LicenceStatus
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.royalty_rules import allocated


def paid_at_start(payments: Iterable[Payment]) -> int:
    """Return what counts of the payments that were recorded before there was a licence, in fen."""
    return sum(one.amount_fen for one in payments if one.at_start and one.status in COUNTS)


def due_at_start(licence: Licence) -> int:
    """Return what was due for the licence to take effect; for one that is void nothing was."""
    return 0 if licence.status is LicenceStatus.VOID else licence.due_at_start_fen


def counted(due: int, reports: Iterable[RoyaltyReport], payments: Iterable[Payment]) -> tuple[dict[str, int], int]:
    """Return what counts for each report, by its id, and what is left over, after what was due at the start."""
    by_number = {report.number: report for report in reports}
    numbers = {report.id: number for number, report in by_number.items()}
    named, besides = dict.fromkeys(by_number, 0), 0
    for payment in payments:
        if payment.status not in COUNTS:
            continue
        if payment.report_id is None:
            besides += payment.amount_fen
        else:
            named[numbers[payment.report_id]] += payment.amount_fen
    owed = {number: report.amount_fen or 0 for number, report in by_number.items()}
    counts, left = allocated(owed, named, max(0, besides - due))
    return {by_number[number].id: amount for number, amount in counts.items()}, left


def instalments_of(licence: Licence, payments: Iterable[Payment]) -> tuple[tuple[Instalment, ...], int]:
    """Return the instalments by their frozen dates, and what is paid beyond them; a void licence owes none."""
    paid = sum(one.amount_fen for one in payments if one.status in COUNTS)
    if licence.status is LicenceStatus.VOID:
        return (), paid
    last = last_day(licence.ends_on, licence.ended_on)
    first_due = licence.first_instalment_due_on
    return instalments(FeeTerms(**licence.fee), licence.instalments_from, last, first_due, paid, _gone(licence))


def _gone(licence: Licence) -> list[tuple[date, date]]:
    """Return from when to when the licence had ended with the right, as often as that came back."""
    ended: date | None = None
    found = []
    for link in licence.chain:
        if link["step"] == CertifiedStep.ENDED:
            ended = date.fromisoformat(link["day"])
        elif link["step"] == CertifiedStep.REINSTATED and ended is not None:
            found.append((ended, date.fromisoformat(link["day"])))
    return found


@dataclass(frozen=True, slots=True)
class Account:
    """A licence's instalments, and what was paid beyond all that was due for it."""

    instalments: Sequence[Instalment]
    surplus_fen: int


def account_of(licence: Licence, reports: Iterable[RoyaltyReport], payments: Sequence[Payment]) -> Account:
    """Return how the licence's payments stand against what is due for it."""
    found, beyond = instalments_of(licence, payments)
    if found:
        return Account(found, beyond)
    return Account((), counted(due_at_start(licence), reports, payments)[1])


async def settle(session: AsyncSession, licence: Licence) -> None:
    """Have each report of the licence say what counts for it; one that changes is a version on."""
    await session.flush()
    reports = await queries.reports_of(session, licence.id)
    if not reports:
        return
    counts, _ = counted(due_at_start(licence), reports, await queries.payments_of(session, licence))
    for report in reports:
        if report.paid_fen != counts[report.id]:
            report.paid_fen = counts[report.id]
            report.version += 1
