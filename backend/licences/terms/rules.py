"""Where fee terms contradict themselves, or leave out what their form needs."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from backend.core.errors import FieldError, Text
from backend.licences.codes import FeeBase, FeeForm, LumpSumPer, StepBy
from backend.licences.terms.errors import TermsContradict
from backend.licences.terms.models import FeeTerms, Step

ROYALTY: Final = frozenset({FeeForm.RUNNING_ROYALTY, FeeForm.ENTRY_AND_ROYALTY})
SHARES: Final = frozenset({FeeBase.NET_SALES, FeeBase.PROFIT})

_AMOUNTS: Final = ("lump_sum_fen", "entry_fee_fen", "rate_bp", "unit_fee_fen", "minimum_per_year_fen")
_OF_ROYALTY: Final = ("base", "rate_bp", "unit_fee_fen", "steps", "reporting")

FOREIGN: Final[dict[FeeForm, dict[str, str]]] = {
    FeeForm.FREE: {
        **dict.fromkeys(_AMOUNTS, "free_with_amount"),
        **dict.fromkeys(("base", "steps", "reporting"), "free_with_royalty"),
        "lump_sum_per": "free_with_amount",
        "payment_days": "nothing_to_pay",
        "pro_rata": "pro_rata_of_nothing",
    },
    FeeForm.LUMP_SUM: {
        **dict.fromkeys(_OF_ROYALTY, "lump_sum_with_royalty"),
        "minimum_per_year_fen": "lump_sum_with_minimum",
        "entry_fee_fen": "lump_sum_with_entry_fee",
    },
    FeeForm.RUNNING_ROYALTY: {
        **dict.fromkeys(("lump_sum_fen", "lump_sum_per"), "royalty_with_lump_sum"),
        "entry_fee_fen": "running_royalty_with_entry_fee",
    },
    FeeForm.ENTRY_AND_ROYALTY: dict.fromkeys(("lump_sum_fen", "lump_sum_per"), "royalty_with_lump_sum"),
}
"""What may not stand beside each form, and the code under which it is refused."""

NEEDED: Final[dict[FeeForm, dict[str, str]]] = {
    FeeForm.FREE: {},
    FeeForm.LUMP_SUM: {"lump_sum_fen": "lump_sum_missing", "payment_days": "payment_days_missing"},
    FeeForm.RUNNING_ROYALTY: {
        "base": "base_missing",
        "reporting": "reporting_missing",
        "payment_days": "payment_days_missing",
    },
    FeeForm.ENTRY_AND_ROYALTY: {
        "entry_fee_fen": "entry_fee_missing",
        "base": "base_missing",
        "reporting": "reporting_missing",
        "payment_days": "payment_days_missing",
    },
}
"""What each form needs, and the code under which its absence is refused."""

SAID: Final[dict[str, Text]] = {
    "free_with_amount": Text("免费许可不得带有费用。", "A free licence carries no amount."),
    "free_with_royalty": Text("免费许可没有提成。", "A free licence has no royalty."),
    "nothing_to_pay": Text("没有费用，无需付款期限。", "There is nothing to pay, hence no days to pay in."),
    "pro_rata_of_nothing": Text(
        "没有按年计算的最低费用或年费，不能按日折算。", "There is no minimum or yearly amount to count by days."
    ),
    "lump_sum_with_royalty": Text("一次总付不得另有提成。", "A lump sum has no royalty beside it."),
    "lump_sum_with_minimum": Text("一次总付没有年度最低费用。", "A lump sum has no yearly minimum."),
    "lump_sum_with_entry_fee": Text(
        "一次总付不得另有入门费；请合并为一笔。", "A lump sum has no entry fee beside it; make it one amount."
    ),
    "royalty_with_lump_sum": Text(
        "提成许可的固定部分请写为入门费。", "Beside a royalty the fixed part is the entry fee."
    ),
    "running_royalty_with_entry_fee": Text(
        "带入门费的提成请选用 entry_and_royalty。", "A royalty with an entry fee has the form entry_and_royalty."
    ),
    "lump_sum_missing": Text("缺少总付金额。", "The lump sum is missing."),
    "entry_fee_missing": Text("缺少入门费金额。", "The entry fee is missing."),
    "base_missing": Text("提成缺少计算基础。", "The royalty has no base."),
    "reporting_missing": Text("提成缺少报告周期。", "The royalty does not say how often use is reported."),
    "payment_days_missing": Text("缺少付款期限。", "It does not say within how many days to pay."),
    "amount_zero": Text("金额为零；请删去，或选用免费许可。", "The amount is zero; leave it out, or offer it free."),
    "rate_missing": Text("缺少费率。", "The rate is missing."),
    "unit_fee_missing": Text("缺少单件费用。", "The fee for each unit is missing."),
    "rate_for_units": Text("按件计费不能用费率。", "A royalty by units has a fee for each, not a rate."),
    "unit_fee_for_share": Text("按比例计费不能用单件费用。", "A share has a rate, not a fee for each unit."),
    "royalty_of_nothing": Text(
        "所有费率均为零；请选用免费许可。", "Every rate is zero; offer it free, or give a rate."
    ),
    "steps_mixed": Text("各档须同为按量或同为按年。", "The steps are all by volume or all by year."),
    "step_bound_missing": Text("该档缺少界限。", "The step does not say where it begins."),
    "step_bound_foreign": Text(
        "按量的档用 above，按年的档用 from_year。", "A step by volume has `above`, one by year `from_year`."
    ),
    "step_repeated": Text("该档与前一档界限相同。", "The step begins where the one before it does."),
    "steps_not_rising": Text("各档界限须逐档升高。", "The steps must rise."),
}
_BOUND: Final = {StepBy.VOLUME: "above", StepBy.YEAR: "from_year"}


def _wrong(code: str, *path: str | int, **facts: object) -> FieldError:
    return FieldError("".join(f"/{part}" for part in path), code, SAID[code], facts)


def contradictions(terms: FeeTerms) -> list[FieldError]:
    """Return every way in which the terms contradict themselves or lack what their form needs; none: they hold."""
    found = [*_of_form(terms), *_of_amounts(terms)]
    if terms.form in ROYALTY:
        found += _of_royalty(terms)
    return found


def check_terms(terms: FeeTerms, *, under: str = "") -> None:
    """Raise TermsContradict where the terms, which stand at a place of what was sent, contradict themselves."""
    if found := contradictions(terms):
        raise TermsContradict(errors=_placed(found, under))


def _placed(found: Iterable[FieldError], under: str) -> list[FieldError]:
    return [replace(wrong, pointer=under + wrong.pointer) for wrong in found]


def _of_form(terms: FeeTerms) -> Iterator[FieldError]:
    for name, code in FOREIGN[terms.form].items():
        if _is_stated(getattr(terms, name)):
            yield _wrong(code, name)
    for name, code in NEEDED[terms.form].items():
        if getattr(terms, name) is None:
            yield _wrong(code, name)


def _is_stated(value: object) -> bool:
    return value is not None and value is not False and value != []


def _of_amounts(terms: FeeTerms) -> Iterator[FieldError]:
    foreign = FOREIGN[terms.form]
    for name in ("lump_sum_fen", "entry_fee_fen", "minimum_per_year_fen"):
        if getattr(terms, name) == 0 and name not in foreign:
            yield _wrong("amount_zero", name)
    yearly = terms.minimum_per_year_fen is not None or terms.lump_sum_per is LumpSumPer.YEAR
    if terms.pro_rata and not yearly and "pro_rata" not in foreign:
        yield _wrong("pro_rata_of_nothing", "pro_rata")


def _of_royalty(terms: FeeTerms) -> Iterator[FieldError]:
    if terms.base is not None:
        yield from _of_price(terms.base, terms)
        for place, step in enumerate(terms.steps):
            yield from _of_price(terms.base, step, "steps", place)
        prices = [p for tier in _tiers(terms) for p in (tier.rate_bp, tier.unit_fee_fen) if p is not None]
        if prices and not any(prices):
            yield _wrong("royalty_of_nothing", "rate_bp" if terms.base in SHARES else "unit_fee_fen")
    yield from _of_steps(terms.steps)


def _tiers(terms: FeeTerms) -> list[FeeTerms | Step]:
    return [terms, *terms.steps]


def _of_price(base: FeeBase, tier: FeeTerms | Step, *path: str | int) -> Iterator[FieldError]:
    """A share has a rate and nothing else, a unit a fee and nothing else; so in each step."""
    if base in SHARES:
        if tier.rate_bp is None:
            yield _wrong("rate_missing", *path, "rate_bp")
        if tier.unit_fee_fen is not None:
            yield _wrong("unit_fee_for_share", *path, "unit_fee_fen")
    else:
        if tier.unit_fee_fen is None:
            yield _wrong("unit_fee_missing", *path, "unit_fee_fen")
        if tier.rate_bp is not None:
            yield _wrong("rate_for_units", *path, "rate_bp")


def _of_steps(steps: list[Step]) -> Iterator[FieldError]:
    before: int | None = None
    for place, step in enumerate(steps):
        if step.by is not steps[0].by:
            yield _wrong("steps_mixed", "steps", place, "by")
            continue
        own = _BOUND[step.by]
        other = "from_year" if own == "above" else "above"
        if getattr(step, other) is not None:
            yield _wrong("step_bound_foreign", "steps", place, other)
        bound: int | None = getattr(step, own)
        if bound is None:
            yield _wrong("step_bound_missing", "steps", place, own)
            continue
        if before is not None and bound <= before:
            yield _wrong("step_repeated" if bound == before else "steps_not_rising", "steps", place, own)
        before = bound
