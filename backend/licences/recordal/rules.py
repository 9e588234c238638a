"""Until when a licence is filed for recordal, who is reminded when, and which files go with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from backend.core.errors import Text
from backend.core.workdays import WorkingDay, after_working_days, is_working_day
from backend.licences.codes import LicenceSource
from backend.patents.legal_events.term_rules import add_months

MONTHS: Final = 3  # C: Implementing Regulations of the Patent Law, arts 15(2) and 87


def recordal_due(effective_on: date) -> WorkingDay:
    """Return the last day to file, three months after the licence's effect (Implementing Regulations, arts 15(2), 87).

    A last day that is no working day moves to the next one (art. 5); `provisional` where its calendar is not out yet.
    """
    last = add_months(effective_on, MONTHS)
    return is_working_day(last) or after_working_days(last, 1)


def reminder_days(due: date, effective_on: date, before: Iterable[int]) -> tuple[date, ...]:
    """Return the days on which the parties are reminded, so many days before the last one, in their order.

    Never before the licence took effect, which may have been recorded late.
    """
    days = {due - timedelta(days=count) for count in before}
    return tuple(sorted(day for day in days if day >= effective_on))


@dataclass(frozen=True, slots=True)
class RecordalFile:
    """One file of a recordal: its code, what it is called, and when it belongs there."""

    code: str
    label: Text
    needed: Literal["always", "where_paid", "where_represented", "where_asked"]


NOTICE: Final = RecordalFile("notice", Text("被许可人的书面通知", "The licensee's written notice"), "always")
CONTRACT: Final = RecordalFile("contract", Text("专利实施许可合同", "The licence contract"), "always")
PAYMENT: Final = RecordalFile(
    "payment", Text("许可使用费支付凭证或收据", "Voucher or receipt of the payment"), "where_paid"
)
OPEN_FORM: Final = Text("专利开放许可实施合同备案申请表", "Form for recording an open licence")
FORM: Final = Text("专利实施许可合同备案申请表", "Form for recording a licence contract")
OF_EVERY_SOURCE: Final = (
    RecordalFile("applicant_identity", Text("备案申请人身份证明", "Proof of the applicant's identity"), "always"),
    RecordalFile("power_of_attorney", Text("委托书", "Power of attorney"), "where_represented"),
    RecordalFile("handler_identity", Text("经办人身份证明", "Proof of the handler's identity"), "always"),
    RecordalFile("other", Text("其他需要提交的材料", "Whatever else the office asks for"), "where_asked"),
)
FILES: Final[Mapping[LicenceSource, tuple[RecordalFile, ...]]] = {
    LicenceSource.OPEN_LICENCE: (RecordalFile("form", OPEN_FORM, "always"), NOTICE, PAYMENT, *OF_EVERY_SOURCE),
    LicenceSource.NEGOTIATED: (RecordalFile("form", FORM, "always"), CONTRACT, *OF_EVERY_SOURCE),
}


def files_to_file(source: LicenceSource, *, paid: bool, represented: bool) -> tuple[RecordalFile, ...]:
    """Return the files that one recordal needs; of an open licence by the Guidelines for Patent Examination, V-11, 7.

    What the office may ask besides stays in the list.
    """
    left_out = {"where_paid": not paid, "where_represented": not represented}
    return tuple(file for file in FILES[source] if not left_out.get(file.needed, False))
