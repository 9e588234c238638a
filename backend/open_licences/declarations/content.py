"""What a declaration has to say, what it may not, and what of it is hashed."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from backend.core.canonical import fingerprint
from backend.core.errors import FieldError, Text
from backend.licences.codes import FeeBase
from backend.licences.terms.fee_rules import licence_years
from backend.licences.terms.models import MOST_YEARS, FeeTerms
from backend.licences.terms.quote_rules import Use, quote
from backend.licences.terms.rules import check_terms
from backend.open_licences.declarations.advertising_rules import advertising_errors
from backend.open_licences.declarations.ceiling_rules import check_ceilings
from backend.open_licences.errors import DeclarationIncomplete, OutsideTheTerm
from backend.open_licences.models import OpenLicence
from backend.patents.models import Patent

NEEDED: Final = {
    "fee_explanation": Text("请简要说明许可使用费的依据和方式。", "Explain briefly how the fee was arrived at."),
    "ends_on": Text("请填写专利许可期限。", "Give the term of the licence."),
    "contact": Text("请填写专利权人联系方式。", "Say how the holder is reached."),
    "undertaking": Text("请承诺符合开放许可条件。", "Undertake that the conditions are met."),
}
PAST: Final = Text("许可期限须在今日之后。", "The term has to end after today.")
TOO_LONG: Final = Text("许可期限过长。", "The term is too long.")
EXAMPLE_USE: Final = {
    FeeBase.NET_SALES: {"net_sales_fen": 1_000_000_000},  # ten million yuan a year
    FeeBase.PROFIT: {"profit_fen": 100_000_000},
    FeeBase.UNIT: {"units": 10_000},
}


def terms_of(declared: OpenLicence, patent: Patent) -> dict[str, Any]:
    """Return what co-owners consent to and licensees take: the terms whose canonical JSON is hashed."""
    return {
        "patent": {"application_number": patent.application_number, "grant_number": patent.grant_number},
        "fee": dict(declared.fee),
        "fee_explanation": declared.fee_explanation,
        "ends_on": declared.ends_on.isoformat() if declared.ends_on else None,
        "other": declared.other,
        "territory": patent.office,
    }


def withdrawal_terms(declared: OpenLicence) -> dict[str, Any]:
    """Return what co-owners consent to when the declaration is withdrawn: this one, and no condition."""
    return {"withdraws": declared.id, "terms_hash": declared.terms_hash, "conditions": None}


def withdrawal_filed_on(declared: OpenLicence) -> date:
    """Return the day on which the withdrawal was filed; the office answers it on that day or later."""
    return date.fromisoformat((declared.withdrawal or {})["filed_on"])


def mark(declared: OpenLicence, patent: Patent) -> None:
    """Bring the terms and their hash in line with what the draft says; changed terms are a version on."""
    terms = terms_of(declared, patent)
    digest = fingerprint(terms)
    if declared.terms_hash and digest != declared.terms_hash:
        declared.terms_version += 1
    declared.terms, declared.terms_hash = terms, digest


def check_content(declared: OpenLicence, today: date) -> None:
    """Raise what the content lacks or may not say: DeclarationIncomplete, TermsContradict, a fee over the ceiling."""
    fee = FeeTerms(**declared.fee)
    check_terms(fee, under="/fee")
    wrong = [*_missing(declared), *_term(declared, today), *_advertising(declared)]
    if wrong:
        raise DeclarationIncomplete(errors=wrong)
    worked_example(declared, today)  # a fee that has no figures is told now, not at the announcement
    if declared.ends_on is not None:
        years = len(licence_years(today, declared.ends_on))
        reason = declared.ceiling_override_reason
        check_ceilings(fee, on=today, years=years, override_reason=reason, under="/fee")


def check_takeable(declared: OpenLicence) -> None:
    """Raise what keeps an announced declaration from being quoted: TermsContradict, DeclarationIncomplete."""
    check_terms(FeeTerms(**declared.fee), under="/fee")
    if declared.ends_on is None:
        raise DeclarationIncomplete(errors=[FieldError("/ends_on", "missing", NEEDED["ends_on"])])


def check_term(declared: OpenLicence, starts_on: date, ends_on: date) -> None:
    """Raise OutsideTheTerm where days begin before the announcement of an open licence, or end after its term."""
    first, last = declared.announced_on or starts_on, declared.ends_on or ends_on
    if starts_on < first or ends_on > last:
        raise OutsideTheTerm(starts_on=first, ends_on=last)


def _missing(declared: OpenLicence) -> Iterator[FieldError]:
    for name, said in NEEDED.items():
        if not getattr(declared, name):
            yield FieldError(f"/{name}", "missing", said)


def _term(declared: OpenLicence, today: date) -> Iterator[FieldError]:
    if declared.ends_on is None:
        return
    if declared.ends_on <= today:
        yield FieldError("/ends_on", "in_the_past", PAST)
    elif declared.ends_on.year - today.year > MOST_YEARS - 1:
        yield FieldError("/ends_on", "too_long", TOO_LONG)


def _advertising(declared: OpenLicence) -> Iterator[FieldError]:
    texts = {name: getattr(declared, name) for name in ("fee_explanation", "other")}
    texts |= {f"contact/{name}": text for name, text in (declared.contact or {}).items()}
    for name, text in texts.items():
        yield from advertising_errors(f"/{name}", text or "")


def worked_example(declared: OpenLicence, starts_on: date) -> dict[str, Any] | None:
    """Return what the licence costs to the end of its term in an example, or None where it has no term left."""
    fee = FeeTerms(**declared.fee)
    if declared.ends_on is None or declared.ends_on < starts_on:
        return None
    use = EXAMPLE_USE[fee.base] if fee.base else {}
    found = quote(fee, Use(**use), starts_on, declared.ends_on)
    days = {"starts_on": starts_on.isoformat(), "ends_on": declared.ends_on.isoformat()}
    return {**days, **use, "due_at_start_fen": found.due_at_start_fen, "total_fen": found.total_fen}
