"""Terms for tests: written out short, and any consistent ones for hypothesis."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from backend.licences.codes import FeeBase, FeeForm
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.quote_rules import Quote, Use, quote

SALES = {"form": "running_royalty", "base": "net_sales", "rate_bp": 300, "payment_days": 30, "reporting": "yearly"}
UNITS = {"form": "running_royalty", "base": "unit", "unit_fee_fen": 250, "payment_days": 30, "reporting": "yearly"}
LUMP = {"form": "lump_sum", "lump_sum_fen": 20_000_000, "payment_days": 30}
ENTRY = {**SALES, "form": "entry_and_royalty", "entry_fee_fen": 5_000_000}


def terms(*parts: dict[str, Any], **more: Any) -> FeeTerms:
    """Terms of these parts, as they come in through JSON."""
    said: dict[str, Any] = {}
    for part in (*parts, more):
        said |= part
    return FeeTerms.model_validate_json(_json(said))


def _json(said: dict[str, Any]) -> bytes:
    return FeeTerms.model_construct(**said).model_dump_json(warnings=False, exclude_unset=True).encode()


def by_volume(*steps: tuple[int, int], price: str = "rate_bp") -> list[dict[str, Any]]:
    return [{"by": "volume", "above": above, price: amount} for above, amount in steps]


def by_year(*steps: tuple[int, int], price: str = "rate_bp") -> list[dict[str, Any]]:
    return [{"by": "year", "from_year": year, price: amount} for year, amount in steps]


def asked(chosen: FeeTerms, starts_on: str, ends_on: str, **use: int) -> Quote:
    return quote(chosen, Use(**use), date.fromisoformat(starts_on), date.fromisoformat(ends_on))


def use_of(chosen: FeeTerms, figure: int) -> Use:
    names = {FeeBase.NET_SALES: "net_sales_fen", FeeBase.PROFIT: "profit_fen", FeeBase.UNIT: "units"}
    return Use(**{names[chosen.base]: figure}) if chosen.base else Use()


FIGURES = st.integers(0, 10**10)
STARTS = st.dates(date(2019, 1, 1), date(2032, 12, 31)) | st.just(date(2024, 2, 29))
LENGTHS = st.integers(0, 4000)


@st.composite
def royalties(draw: st.DrawFn, *, steps: str = "any", minimum: bool = True) -> FeeTerms:
    """Any consistent terms of a royalty; `steps`: any, year or none."""
    base = draw(st.sampled_from(FeeBase))
    price = "unit_fee_fen" if base is FeeBase.UNIT else "rate_bp"
    amounts = st.integers(0, 5_000)
    said: dict[str, Any] = {**SALES, "base": base, "rate_bp": None, price: draw(st.integers(1, 5_000))}
    kind = draw(st.sampled_from({"any": ["volume", "year", ""], "year": ["year"], "none": [""]}[steps]))
    if kind == "volume":
        bounds = sorted(draw(st.sets(st.integers(1, 10**10), max_size=6)))
        said["steps"] = by_volume(*((bound, draw(amounts)) for bound in bounds), price=price)
    if kind == "year":
        years = sorted(draw(st.sets(st.integers(2, 30), max_size=6)))
        said["steps"] = by_year(*((year, draw(amounts)) for year in years), price=price)
    if minimum and draw(st.booleans()):
        said |= {"minimum_per_year_fen": draw(st.integers(1, 10**9)), "pro_rata": draw(st.booleans())}
    if draw(st.booleans()):
        said |= {"form": FeeForm.ENTRY_AND_ROYALTY, "entry_fee_fen": draw(st.integers(1, 10**9))}
    return FeeTerms.model_validate(said)


@st.composite
def fixed(draw: st.DrawFn) -> FeeTerms:
    """Any consistent terms without a royalty."""
    if draw(st.booleans()):
        return FeeTerms(form=FeeForm.FREE)
    said: dict[str, Any] = {**LUMP, "lump_sum_fen": draw(st.integers(1, 10**10))}
    if draw(st.booleans()):
        said |= {"lump_sum_per": "year", "pro_rata": draw(st.booleans())}
    return FeeTerms.model_validate(said)


ANY_TERMS = royalties() | fixed()
