"""What a licence costs, in a few sentences for its certificate."""

from collections.abc import Mapping
from typing import Any, Final

from backend.core.errors import Text
from backend.licences.codes import FeeBase, FeeForm, LicenceSource, LumpSumPer, Reporting
from backend.licences.terms.models import FeeTerms

BASES: Final = {"net_sales": ("净销售额", "net sales"), "profit": ("利润", "profit"), "unit": ("每件产品", "each unit")}
PRO_RATA: Final = ("不足一年的年度金额按日折算", "Yearly amounts count by days in a year not run in full")
SINCE: Final = {
    LicenceSource.OPEN_LICENCE: Text("通知", "the notice"),
    LicenceSource.NEGOTIATED: Text("合同签订", "the signing of the contract"),
}
REPORTS: Final = {
    Reporting.YEARLY: ("每年报告一次", "reported yearly"),
    Reporting.HALF_YEARLY: ("每半年报告一次", "reported half-yearly"),
    Reporting.QUARTERLY: ("每季度报告一次", "reported quarterly"),
}


def yuan(amount: int) -> str:
    """Return an amount of fen in yuan, with two places."""
    return f"{amount // 100:,}.{amount % 100:02d}"


def _line(zh: str, en: str, amount_fen: int | None = None) -> dict[str, Any]:
    return {"zh": zh, "en": en, "amount_fen": amount_fen}


def fee_lines(fee: Mapping[str, Any], due_at_start_fen: int, source: LicenceSource) -> list[dict[str, Any]]:
    """Return the lines: what is due at the start, the royalty with its steps, the minimum."""
    terms = FeeTerms(**fee)
    if terms.form is FeeForm.FREE:
        return [_line("免费", "Free of charge", 0)]
    lines = []
    if terms.form is FeeForm.LUMP_SUM:
        yearly = terms.lump_sum_per == "year"
        said = ("每年固定费用", "Fixed fee of each year") if yearly else ("一次总付", "Lump sum")
        lines.append(_line(*said, terms.lump_sum_fen))
    if terms.entry_fee_fen is not None:
        lines.append(_line("入门费", "Entry fee", terms.entry_fee_fen))
    if terms.base is not None:
        lines += _royalty(terms)
    if terms.pro_rata:
        lines.append(_line(*PRO_RATA))
    if terms.payment_days is not None:
        lines.append(_payment(terms, terms.payment_days, source))
    if due_at_start_fen:
        lines.append(_line("生效前应付", "Due for the licence to take effect", due_at_start_fen))
    return lines


def _royalty(terms: FeeTerms) -> list[dict[str, Any]]:
    base = BASES[terms.base.value] if terms.base else ("", "")
    lines = [_price(terms.rate_bp, terms.unit_fee_fen, base)]
    for step in terms.steps:
        zh, en = f"自第 {step.from_year} 年起", f"from licence year {step.from_year}"
        if step.above is not None:
            zh, en = _above(terms.base, step.above)
        price = _price(step.rate_bp, step.unit_fee_fen, base)
        lines.append(_line(f"{zh}：{price['zh']}", f"{en}: {price['en']}", price["amount_fen"]))
    if terms.minimum_per_year_fen is not None:
        lines.append(_line("每年最低提成", "Least royalty of a year", terms.minimum_per_year_fen))
    if terms.reporting is not None:
        lines.append(_line(*REPORTS[terms.reporting]))
    return lines


def _above(base: FeeBase | None, bound: int) -> tuple[str, str]:
    """The words for the use above a bound, in yuan where it is money."""
    if base is FeeBase.UNIT:
        return f"年度用量超过 {bound:,} 件的部分", f"for the use above {bound:,} units within a year"
    return f"年度用量超过 {yuan(bound)} 元的部分", f"for the use above {yuan(bound)} yuan within a year"


def _payment(terms: FeeTerms, days: int, source: LicenceSource) -> dict[str, Any]:
    since = SINCE[source]
    zh, en = f"付款期限：自{since.zh}之日起 {days} 日", f"To be paid within {days} days of {since.en}"
    if terms.lump_sum_per is LumpSumPer.YEAR:
        zh, en = f"{zh}，以后各年自年度开始之日起 {days} 日", f"{en}, for later years of the year's beginning"
    if terms.form is FeeForm.RUNNING_ROYALTY:
        zh, en = f"付款期限：自报告之日起 {days} 日", f"To be paid within {days} days of each report"
    if terms.form is FeeForm.ENTRY_AND_ROYALTY:
        zh, en = f"{zh}，提成自报告之日起 {days} 日", f"{en}, royalties of each report"
    return _line(zh, en)


def _price(rate_bp: int | None, unit_fee_fen: int | None, base: tuple[str, str]) -> dict[str, Any]:
    if unit_fee_fen is not None:
        return _line(f"提成：{base[0]} {yuan(unit_fee_fen)} 元", f"Royalty for {base[1]}", unit_fee_fen)
    rate = f"{(rate_bp or 0) / 100:g} %"
    return _line(f"提成：{base[0]}的 {rate}", f"Royalty: {rate} of {base[1]}")
