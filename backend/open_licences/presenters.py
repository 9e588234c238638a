"""How declarations and notices are shown to who asks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from backend.core.errors import Text
from backend.files.schemas import FileRef
from backend.licences.patent_reference import named
from backend.licences.schemas import PaymentOut
from backend.licences.states import PaymentStatus
from backend.open_licences.declarations.content import withdrawal_terms
from backend.open_licences.declarations.schemas import (
    ConsentTerms,
    DutyOut,
    OpenLicenceOut,
    QuoteOut,
    StepOut,
    UnavailableOut,
    WorkedExample,
)
from backend.open_licences.models import Duty, Notice, OpenLicence, OpenLicenceStep
from backend.open_licences.notices.schemas import NoticeOut
from backend.open_licences.states import NoticeStatus
from backend.patents.models import Patent

PRIVATE: Final[dict[str, Any]] = {
    "created_at": None,
    "undertaking": None,
    "confirmed": [],
    "ceiling_override_reason": None,
    "consent_terms": None,
    "duties": [],
    "evidence_files": [],
}
NEXT: Final = {
    NoticeStatus.GIVEN: Text("请被许可人在 pay_by 前付款并登记。", "The licensee pays by `pay_by` and records it."),
    NoticeStatus.PAYMENT_TO_BE_CONFIRMED: Text(
        "付款登记较晚：请许可人确认或提出异议，也可由主管机构决定；被许可人可撤回该笔付款。",
        "A payment was told late: the licensor confirms or contests it, or an office decides on it. Its payer may "
        "withdraw it.",
    ),
    NoticeStatus.PAID: Text("许可即将生效。", "The licence takes effect."),
    NoticeStatus.EFFECTIVE: Text("许可已生效，见 licence_id。", "The licence is effective: see `licence_id`."),
    NoticeStatus.CONTESTED: Text("付款有异议，等待处理。", "The payment is contested; the platform decides."),
    NoticeStatus.LAPSED: Text("通知已失效；可重新通知。", "The notice has lapsed; give a new one."),
    NoticeStatus.ENDED: Text("通知已终止。", "The notice has ended."),
}


def _unavailable(said: Mapping[str, Any], language: str) -> UnavailableOut:
    return UnavailableOut(
        code=said["code"],
        detail=said["detail"][language],
        rule=said["rule"],
        cure=said["cure"][language],
        since=said["since"],
    )


def declaration(
    declared: OpenLicence,
    patent: Patent,
    names: Mapping[str, str],
    steps: Sequence[OpenLicenceStep],
    duties: Sequence[Duty],
    files: Sequence[FileRef],
    language: str,
    *,
    inside: bool,
) -> OpenLicenceOut:
    """Return the declaration; `inside` for its holders and offices."""
    values = {name: getattr(declared, name) for name in OpenLicenceOut.model_fields if hasattr(declared, name)}
    terms = ConsentTerms(declare_open_licence=declared.terms, withdraw_open_licence=withdrawal_terms(declared))
    values |= {
        "patent": named(patent),
        "holder_names": [names[party_id] for party_id in declared.holders],
        "available_here": declared.available,
        "unavailable_because": [_unavailable(said, language) for said in declared.unavailable],
        "fee_form": declared.fee["form"],
        "worked_example": WorkedExample(**declared.example) if declared.example else None,
        "steps": [StepOut(**{n: getattr(s, n) for n in StepOut.model_fields}) for s in steps],
        "consent_terms": terms,
        "duties": [DutyOut(**{n: getattr(d, n) for n in DutyOut.model_fields}) for d in duties],
        "evidence_files": list(files),
    }
    return OpenLicenceOut(**values | ({} if inside else PRIVATE))


def quoted(declared: OpenLicence, data: Mapping[str, Any], starts_on: date, ends_on: date, language: str) -> QuoteOut:
    """Return the quote of the declared terms."""
    return QuoteOut(
        open_licence_id=declared.id,
        terms_version=declared.terms_version,
        terms_hash=declared.terms_hash,
        starts_on=starts_on,
        ends_on=ends_on,
        **{**data, "rounding": data["rounding"][language]},
    )


def notice(
    row: Notice, name: str, payments: Sequence[PaymentOut], files: Sequence[FileRef], language: str
) -> NoticeOut:
    """Return the notice as both sides see it."""
    values = {field: getattr(row, field) for field in NoticeOut.model_fields if hasattr(row, field)}
    rounding = row.quote["rounding"]
    return NoticeOut(
        **values
        | {
            "licensee_name": name,
            "quote": {**row.quote, "rounding": rounding[language]},
            "to_be_confirmed_fen": sum(p.amount_fen for p in payments if p.status is PaymentStatus.TO_BE_CONFIRMED),
            "open_fen": max(0, row.due_at_start_fen - row.paid_fen),
            "next_step": NEXT[row.status].say(language, {}),
            "payments": list(payments),
            "evidence_files": list(files),
        }
    )
