"""Banks' products: published by banks alone, and ranked for a request with reasons for and against."""

from typing import Any

import httpx
import pytest

from backend.financing.codes import Aspect
from backend.financing.products.ranking_rules import RequestFacts, Terms, ranked
from tests.scenarios.financing import draft_request, get_request, register_bank
from tests.scenarios.members import register_organisation
from tests.scenarios.requests import get, post

PRODUCT: dict[str, Any] = {
    "name": "知识价值信用贷", "amount_min_fen": 1, "amount_max_fen": 1_000_000_000, "term_min_months": 1,
    "term_max_months": 60, "rate_tenor": "one_year", "rate_bp": 10, "methods": ["at_maturity"],
}  # fmt: skip
ANY = Terms("prod_a", 1, 10**12, 1, 120, 50, None, [], [], [], False, [])
WANTED = RequestFacts(
    amount_fen=300, term_months=12, region="500106", kinds=frozenset({"invention"}), ipc=frozenset({"H01M10/0525"}),
    documents=frozenset({"business_licence"}), value_fen=1_000,
)  # fmt: skip
VERDICTS: tuple[tuple[dict[str, Any], Aspect, bool | None], ...] = (
    ({"amount_max_fen": 299}, Aspect.AMOUNT, False),
    ({"term_min_months": 13}, Aspect.TERM, False),
    ({"patent_kinds": ["utility_model"]}, Aspect.PATENT_KINDS, False),
    ({"patent_kinds": ["invention"]}, Aspect.PATENT_KINDS, True),
    ({"ipc": ["A61K"]}, Aspect.CLASSES, False),
    ({"ipc": ["A61K", "H01M"]}, Aspect.CLASSES, True),
    ({"regions": ["510000"]}, Aspect.REGION, False),
    ({"regions": ["500000"]}, Aspect.REGION, True),
    ({"ltv_bp": 2_999}, Aspect.LOAN_TO_VALUE, False),
    ({"ltv_bp": 3_000}, Aspect.LOAN_TO_VALUE, True),
    ({"documents": ["tax_records"]}, Aspect.DOCUMENTS, None),
    ({"documents": ["business_licence"]}, Aspect.DOCUMENTS, True),
    ({"guarantee_required": True}, Aspect.GUARANTEE, None),
)


@pytest.mark.parametrize(("terms", "aspect", "verdict"), VERDICTS)
def test_each_aspect_is_judged_by_what_is_known(terms: dict[str, Any], aspect: Aspect, verdict: bool | None) -> None:
    (fit,) = ranked([ANY._replace(**terms)], WANTED)
    assert dict(fit.verdicts)[aspect] is verdict


def test_what_is_not_known_speaks_neither_for_nor_against() -> None:
    blank = RequestFacts(amount_fen=300, term_months=12, region=None, kinds=frozenset(), ipc=frozenset(),
                   documents=frozenset(), value_fen=None, has_unknown_kind=True)  # fmt: skip
    asks = ANY._replace(ltv_bp=1, regions=["500000"], ipc=["H01M"], patent_kinds=["invention"])
    (fit,) = ranked([asks], blank)
    assert [verdict.fits for verdict in fit.verdicts] == [True, True, None, None, None, None]


def test_the_order_is_by_what_stands_against_then_unknown_then_for_then_the_rate() -> None:
    found = ranked(
        [
            ANY._replace(id="refused", amount_max_fen=1, rate_bp=1),
            ANY._replace(id="unknown", documents=["tax_records"], rate_bp=1),
            ANY._replace(id="dear", rate_bp=90),
            ANY._replace(id="cheap", rate_bp=20),
            ANY._replace(id="wanted", rate_bp=90, ipc=["H01M"]),
        ],
        WANTED,
    )
    assert [fit.terms.id for fit in found] == ["wanted", "cheap", "dear", "unknown", "refused"]


async def test_a_product_is_seen_by_others_while_it_is_published(client: httpx.AsyncClient) -> None:
    bank, other = await register_bank(client), await register_bank(client)
    product = await post(client, bank.drafter, "/v1/financing-products", PRODUCT, 201)
    place = f"/v1/financing-products/{product['id']}"
    assert (await client.get(place)).status_code == 404
    assert (await client.post(f"{place}/publication", headers=other.drafter.headers)).status_code == 404
    await post(client, bank.drafter, f"{place}/publication", None, 200)
    assert (await client.get(place)).json()["status"] == "offered"
    assert (await client.post(f"{place}/withdrawal", headers=other.drafter.headers)).status_code == 403
    changed = await client.patch(place, json={"rate_bp": 1}, headers=bank.drafter.headers | {"If-Match": "*"})
    assert (changed.status_code, changed.json()["code"]) == (409, "financing_not_in_state")
    await post(client, bank.drafter, f"{place}/withdrawal", None, 200)
    assert (await client.get(place)).status_code == 404
    assert (await client.get(place, headers=bank.drafter.headers)).json()["status"] == "withdrawn"


async def test_only_banks_have_products_and_bounds_are_not_crossed(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    refused = await client.post("/v1/financing-products", json=PRODUCT, headers=enterprise.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "banks_only")
    crossed = PRODUCT | {"term_min_months": 61}
    assert (await client.post("/v1/financing-products", json=crossed, headers=bank.drafter.headers)).status_code == 422
    product = await post(client, bank.drafter, "/v1/financing-products", PRODUCT, 201)
    place, headers = f"/v1/financing-products/{product['id']}", bank.drafter.headers | {"If-Match": "*"}
    assert (await client.patch(place, json={"term_min_months": 61}, headers=headers)).status_code == 422


async def test_suitable_products_are_told_page_by_page_with_reasons(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    for fields in ({}, {"amount_max_fen": 2}, {"ltv_bp": 3000}):
        product = await post(client, bank.drafter, "/v1/financing-products", PRODUCT | fields, 201)
        await post(client, bank.drafter, f"/v1/financing-products/{product['id']}/publication", None, 200)
    request = await draft_request(client, enterprise)
    place = f"/v1/financing-requests/{request['id']}/products"
    first = await get(client, enterprise, place, limit=2)
    rest = await get(client, enterprise, place, limit=2, cursor=first["next_cursor"])
    found = first["items"] + rest["items"]
    assert [one["fits"] for one in found] == sorted((one["fits"] for one in found), reverse=True)
    assert first["compared"] == len(found) == 3
    assert [one["aspect"] for one in found[-1]["reasons_against"]] == ["amount"]
    unknown = next(one for one in found if one["product"]["ltv_bp"])
    assert [one["aspect"] for one in unknown["not_known"]] == ["loan_to_value"]
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 404
    assert (await client.get(place, headers=bank.drafter.headers)).status_code == 404
