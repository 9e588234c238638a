"""The fee terms of a licence as data: what is written here is what is announced, hashed and quoted from."""

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, JsonValue

from backend.core.http.schemas import Body, Fen
from backend.licences.codes import FeeBase, FeeForm, LumpSumPer, Reporting, StepBy

MOST_STEPS: Final = 20
MOST_YEARS: Final = 30
MOST: Final = 9_000_000_000_000_000  # as in Fen: beyond it JSON's numbers are no longer exact

Rate = Annotated[int, Field(ge=0, le=10_000, strict=True, description="A share in basis points (0.01 %).")]
Bound = Annotated[int, Field(ge=1, le=MOST, strict=True)]
Year = Annotated[int, Field(ge=2, le=MOST_YEARS, strict=True)]
Days = Annotated[int, Field(ge=1, le=365, strict=True)]


class Step(Body):
    """One change of the royalty: for the use above a bound, or from a licence year on."""

    by: StepBy
    above: Bound | None = Field(
        None, description="By volume: the use within a licence year above which this step holds; in fen, or in units."
    )
    from_year: Year | None = Field(None, description="By year: the licence year from which on this step holds.")
    rate_bp: Rate | None = Field(None, description="Of net sales or profit.")
    unit_fee_fen: Fen | None = Field(None, description="For each unit.")


EXAMPLES: Final[list[JsonValue]] = [
    {"form": "free"},
    {"form": "lump_sum", "lump_sum_fen": 20_000_000, "payment_days": 30},
    {
        "form": "entry_and_royalty",
        "entry_fee_fen": 5_000_000,
        "base": "net_sales",
        "rate_bp": 300,
        "steps": [{"by": "volume", "above": 1_000_000_000, "rate_bp": 200}],
        "minimum_per_year_fen": 3_000_000,
        "pro_rata": True,
        "payment_days": 30,
        "reporting": "half_yearly",
    },
]


class FeeTerms(Body):
    """What a licence costs.

    Steps by volume are marginal: each rate counts for the use between its bound and the next one, within one licence
    year, and the bounds stay what they are in a part year. So the fee never falls as use rises, even where rates fall.
    """

    model_config = ConfigDict(json_schema_extra={"examples": EXAMPLES})

    form: FeeForm
    lump_sum_fen: Fen | None = None
    lump_sum_per: LumpSumPer | None = Field(
        None, description="Whether the lump sum pays for the whole licence (also where nothing is said) or each year."
    )
    entry_fee_fen: Fen | None = Field(None, description="Paid once, at the start, beside a royalty.")
    base: FeeBase | None = Field(None, description="What the royalty is reckoned on.")
    rate_bp: Rate | None = Field(None, description="Of net sales or profit, from the first fen and the first year.")
    unit_fee_fen: Fen | None = Field(None, description="For each unit, from the first unit and the first year.")
    steps: list[Step] = Field([], max_length=MOST_STEPS, description="All by volume or all by year, rising.")
    minimum_per_year_fen: Fen | None = Field(None, description="The least royalty of a licence year.")
    pro_rata: bool = Field(
        False, description="Whether a minimum and a yearly lump sum count by days in a licence year not run in full."
    )
    payment_days: Days | None = Field(
        None, description="Days to pay in, from the notice for what is due at the start, else from the report."
    )
    reporting: Reporting | None = Field(None, description="How often the use is reported, where there is a royalty.")


def terms_data(terms: FeeTerms) -> dict[str, Any]:
    """Return the terms as plain data, without what they do not say: the form that is stored and hashed."""
    return terms.model_dump(mode="json", exclude_none=True)
