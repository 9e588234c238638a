"""The public calculator."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.app import create_app
from tests.scenarios.loan_terms import post_loan_costs


async def costs(client: httpx.AsyncClient, **changed: Any) -> dict[str, Any]:
    answer = await post_loan_costs(client, **changed)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_stranger_compares_a_loan_at_the_lpr_of_its_day(client: httpx.AsyncClient) -> None:
    """Three million yuan over a year at 3.1 + 0.5 %, guarantee 1 %, subsidy of half an LPR at the end."""
    found = await costs(client)
    assert (found["rate_bp"], found["lpr"]["rate_bp"], found["lpr"]["announced_on"]) == (360, 310, "2024-10-21")
    days = [one["days"] for one in found["instalments"]]
    assert [one["interest_fen"] for one in found["instalments"]] == [30_000 * count for count in days]
    assert (sum(days), found["interest_fen"]) == (365, 10_950_000)
    assert found["fees"] == [
        {"kind": "guarantee", "payer": "borrower", "amount_fen": 3_000_000},
        {"kind": "appraisal", "payer": "bank", "amount_fen": 500_000},
    ]
    assert (found["total_fen"], found["subsidy_fen"], found["net_fen"]) == (13_950_000, 4_714_583, 9_235_417)
    assert found["yearly_rate_bp"] > found["yearly_rate_with_subsidy_bp"] > 0
    assert found["yearly_rate_reason"] is None


async def test_a_rate_of_its_own_needs_no_table(client: httpx.AsyncClient) -> None:
    found = await costs(client, lpr=None, rate_bp=400, disbursed_on="2001-01-31", subsidy=None)
    assert (found["lpr"], found["subsidy_lpr"], found["subsidy_fen"], found["rate_bp"]) == (None, None, 0, 400)


async def test_every_method_is_worked_out_to_the_fen(client: httpx.AsyncClient) -> None:
    for method in ("equal_instalments", "equal_principal", "interest_first", "at_maturity"):
        every = None if method == "at_maturity" else 1
        found = await costs(client, method=method, payment_every_months=every)
        assert sum(one["principal_fen"] for one in found["instalments"]) == 300_000_000
        assert sum(one["interest_fen"] for one in found["instalments"]) == found["interest_fen"]


async def test_a_loan_with_fees_that_take_all_of_it_says_why_it_has_no_rate(client: httpx.AsyncClient) -> None:
    all_of_it = {"kind": "other", "payer": "borrower", "time": "at_disbursement", "rate_bp": 10_000, "base": "amount"}
    found = await costs(client, fees=[all_of_it], subsidy=None)
    assert (found["yearly_rate_bp"], found["yearly_rate_reason"]) == (None, "no_return")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"disbursed_on": "2019-08-19"}, "lpr_unknown"),
        ({"lpr": {"tenor": "one_year", "margin_bp": -311}}, "rate_out_of_bounds"),
        (
            {"lpr": None, "rate_bp": 9_000, "method": "equal_instalments", "term_months": 360},
            "instalment_below_interest",
        ),
        (
            {"fees": [{"kind": "other", "payer": "borrower", "time": "on_day", "on": "2030-01-01", "amount_fen": 1}]},
            "fee_outside_loan",
        ),
        ({"lpr": None}, "malformed"),
        ({"rate_bp": 400}, "malformed"),
        ({"term_months": 361}, "malformed"),
        ({"amount_fen": 10**13 + 1}, "malformed"),
        ({"amount_fen": 1.5}, "malformed"),
        ({"method": "at_maturity"}, "malformed"),
        ({"payment_every_months": None}, "malformed"),
        ({"fees": [{"kind": "other", "payer": "bank", "time": "yearly"}]}, "malformed"),
        ({"fees": [{"kind": "other", "payer": "bank", "time": "yearly", "amount_fen": 1}] * 21}, "malformed"),
        ({"subsidy": {"payment": "at_maturity"}}, "malformed"),
        ({"subsidy": {"rate_bp": 100}}, "malformed"),
    ],
)
async def test_what_is_no_loan_is_refused(client: httpx.AsyncClient, changed: dict[str, Any], code: str) -> None:
    answer = await post_loan_costs(client, **changed)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text


async def test_one_address_may_ask_for_so_many_calculations_in_a_minute(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    settings = app.state.settings.model_copy(update={"loan_costs_per_address_per_minute": 2})
    limited = create_app(settings)
    async with limited.router.lifespan_context(limited):
        transport = httpx.ASGITransport(app=limited, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as asking:
            statuses = [(await post_loan_costs(asking)).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert (await post_loan_costs(client)).status_code == 200
