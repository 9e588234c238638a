"""What others learn of a request: nothing, and what is read is listed; a withdrawal stops reading at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from tests.scenarios.files import pdf, post_file
from tests.scenarios.financing import (
    Bank,
    disclose,
    draft_request,
    get_request,
    make_offer,
    post_acceptance,
    register_bank,
    send_request,
    submit_request,
    views_of,
)
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
ROUTES = (
    ("GET", ""), ("PATCH", ""), ("GET", "/checks"), ("GET", "/products"), ("POST", "/submission"),
    ("POST", "/withdrawal"), ("GET", "/disclosures"), ("POST", "/disclosures"), ("POST", "/review"),
    ("POST", "/decline"), ("GET", "/questions"), ("POST", "/questions"), ("GET", "/offers"), ("POST", "/offers"),
    ("GET", "/guarantees"), ("POST", "/guarantees"),
)  # fmt: skip
BODIES: dict[str, Any] = {
    "PATCH": {"term_months": 6}, "/decline": {"code": "other"}, "/questions": {"text": "问"},
    "/guarantees": {"organisation_id": "org_01h455vb4pex5vsknk084sn02q", "amount_fen": 1},
}  # fmt: skip


def body_for(method: str, path: str, bank: Bank) -> Any:
    """Return a body that would be taken."""
    if method == "GET":
        return None
    if path == "/disclosures":
        return {"organisation_id": bank.id, "purpose": "审批", "parts": [], "ends_on": "2026-12-31"}
    if path == "/offers":
        return {
            "amount_fen": 1, "term_months": 12, "rate_tenor": "one_year", "rate_bp": 1, "method": "at_maturity",
            "day_count": "actual_360", "penalty_bp": 1, "valid_until": "2026-12-31",
        }  # fmt: skip
    return BODIES.get(path, BODIES.get(method))


async def test_a_third_bank_finds_nothing_at_any_address(client: httpx.AsyncClient) -> None:
    enterprise, chosen, third = (
        await register_organisation(client, "enterprise"), await register_bank(client), await register_bank(client),
    )  # fmt: skip
    request, (made,) = await send_request(client, enterprise, chosen.id)
    offer = await make_offer(client, chosen, request["id"])
    question = await post(
        client, chosen.drafter, f"/v1/financing-requests/{request['id']}/questions", {"text": "问"}, 201
    )
    place = f"/v1/financing-requests/{request['id']}"
    more = [
        ("DELETE", f"{place}/disclosures/{made['id']}", None),
        ("GET", f"{place}/disclosures/{made['id']}/views", None),
        ("POST", f"{place}/questions/{question['id']}/answer", {"text": "答"}),
        *[("POST", f"/v1/financing-offers/{offer['id']}/{step}", None)
          for step in ("approval", "acceptance", "rejection", "withdrawal")],
    ]  # fmt: skip
    asked = [(method, place + path, body_for(method, path, third)) for method, path in ROUTES] + more
    invented = request["id"][:-1] + ("0" if request["id"][-1] != "0" else "1")
    for who in (third.drafter, await sign_in_platform(client)):
        for method, address, body in asked:
            headers = who.headers | {"If-Match": "*"}
            answer = await client.request(method, address, json=body, headers=headers)
            assert answer.status_code == 404, f"{method} {address}: {answer.status_code} {answer.text}"
            if request["id"] in address:
                other = address.replace(request["id"], invented)
                unknown = await client.request(method, other, json=body, headers=headers)
                assert unknown.json()["code"] == answer.json()["code"]
        for listing in ("role=bank", "role=borrower", "role=guarantor"):
            assert (await get(client, who, f"/v1/financing-requests?{listing}"))["items"] == []
        assert request["id"] not in (await client.get("/v1/inbox", headers=who.headers)).text
        assert request["id"] not in (await client.get("/v1/changes", headers=who.headers)).text


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the SQL statements that any database runs meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


async def test_an_answer_about_a_request_of_others_costs_as_much_as_about_none(client: httpx.AsyncClient) -> None:
    """How long an answer takes rests on what the database is asked, which is the same whether there is one or not."""
    enterprise, chosen, third = (
        await register_organisation(client, "enterprise"), await register_bank(client), await register_bank(client),
    )  # fmt: skip
    request, _ = await send_request(client, enterprise, chosen.id)
    offer = await make_offer(client, chosen, request["id"])
    routes = [("/v1/financing-requests/", request["id"], method, path) for method, path in ROUTES] + [
        ("/v1/financing-offers/", offer["id"], "POST", step)
        for step in ("/approval", "/acceptance", "/rejection", "/withdrawal")
    ]
    for place, known, method, path in routes:
        body, invented = body_for(method, path, third), known[:-1] + ("0" if known[-1] != "0" else "1")
        runs = []
        for one in (known, invented) * 2:  # what a first call remembers is remembered by the second pair
            with statements() as seen:
                await client.request(
                    method, place + one + path, json=body, headers=third.drafter.headers | {"If-Match": "*"}
                )
            runs.append([statement for statement in seen if "financing" in statement])
        assert runs[2] == runs[3], f"{method} {place}{path}"
        assert runs[3], f"{method} {place}{path} asks the database nothing"


async def test_one_bank_does_not_learn_of_another_by_what_it_reads(client: httpx.AsyncClient) -> None:
    enterprise, one, two = (
        await register_organisation(client, "enterprise"), await register_bank(client), await register_bank(client),
    )  # fmt: skip
    request, _ = await send_request(client, enterprise, one.id, two.id)
    before = await get_request(client, two.drafter, request["id"])
    await make_offer(client, one, request["id"])
    await post(client, one.drafter, f"/v1/financing-requests/{request['id']}/questions", {"text": "问"}, 201)
    after = await get_request(client, two.drafter, request["id"])
    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])
    place = f"/v1/financing-requests/{request['id']}"
    assert (await get(client, two.drafter, f"{place}/offers"))["items"] == []
    assert (await get(client, two.drafter, f"{place}/questions"))["items"] == []
    (own,) = (await get(client, two.drafter, f"{place}/disclosures"))["items"]
    assert own["organisation_id"] == two.id


async def test_only_disclosed_parts_are_read(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    request = await draft_request(client, enterprise)
    made = await disclose(client, enterprise, request["id"], bank.id, parts=[])
    await submit_request(client, enterprise, request["id"])
    read = (await get_request(client, bank.drafter, request["id"])).json()
    assert (read["company"], read["patents"], read["documents"]) == (None, None, None)
    place = f"/v1/financing-requests/{request['id']}"
    worth = f"/patents/{request['patents'][0]['patent_id']}/appraisal"
    asked: tuple[tuple[str, str, Any], ...] = (
        ("GET", "/checks", None), ("GET", worth, None), ("GET", f"{worth}.pdf", None),
        ("POST", "/questions", {"text": "问"}),
    )  # fmt: skip
    for method, path, body in asked:
        refused = await client.request(method, place + path, json=body, headers=bank.drafter.headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "part_not_disclosed")
    assert [view["parts"] for view in await views_of(client, enterprise, made)] == [["request"]]


async def test_a_bank_reads_what_a_patent_is_worth_and_each_reading_is_listed(client: httpx.AsyncClient) -> None:
    enterprise, bank, third = (
        await register_organisation(client, "enterprise"), await register_bank(client), await register_bank(client),
    )  # fmt: skip
    request, (made,) = await send_request(client, enterprise, bank.id)
    place = f"/v1/financing-requests/{request['id']}/patents/{request['patents'][0]['patent_id']}/appraisal"
    assert (await get(client, bank.drafter, place))["reports"] == []
    paper = await client.get(f"{place}.pdf", headers=bank.drafter.headers)
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert [view["parts"] for view in await views_of(client, enterprise, made)] == [["appraisal"], ["appraisal"]]
    for who in (third.drafter, await sign_in_platform(client)):
        assert (await client.get(place, headers=who.headers)).status_code == 404
    other = await send_request(client, enterprise, bank.id)
    wrong = place.replace(request["id"], other[0]["id"])
    assert (await client.get(wrong, headers=bank.drafter.headers)).status_code == 404


async def test_a_withdrawal_stops_reading_at_once_and_what_was_read_stays_listed(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    request, (made,) = await send_request(client, enterprise, bank.id)
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 200
    place = f"/v1/financing-requests/{request['id']}/disclosures/{made['id']}"
    assert (await client.delete(place, headers=enterprise.headers | {"If-Match": "*"})).status_code == 200
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 404
    assert len(await views_of(client, enterprise, made)) == 1
    again = await client.delete(place, headers=enterprise.headers | {"If-Match": "*"})
    assert again.status_code == 409


async def with_document(client: httpx.AsyncClient, enterprise: Member, bank: Bank) -> tuple[Any, Any, str]:
    """Return a submitted request with a document, its disclosure, and the document's file."""
    uploaded = await post_file(client, enterprise, pdf(enterprise.organisation_id), "licence.pdf")
    file_id = uploaded.json()["id"]
    documents = [{"kind": "business_licence", "file_id": file_id}]
    request, (made,) = await send_request(client, enterprise, bank.id, documents=documents)
    return request, made, file_id


async def test_a_document_is_read_by_the_bank_alone_and_each_reading_is_listed(client: httpx.AsyncClient) -> None:
    enterprise, bank, third = (
        await register_organisation(client, "enterprise"), await register_bank(client), await register_bank(client),
    )  # fmt: skip
    request, made, file_id = await with_document(client, enterprise, bank)
    place = f"/v1/files/{file_id}/content"
    for who in (third.drafter, await sign_in_platform(client), await register_organisation(client, "authority")):
        for path in (place, f"/v1/files/{file_id}", f"/v1/files/{file_id}/accesses"):
            assert (await client.get(path, headers=who.headers)).status_code == 404
    assert (await client.get(place, headers=bank.drafter.headers)).status_code == 200
    (view,) = await views_of(client, enterprise, made)
    assert (view["parts"], view["file_id"]) == (["document_content"], file_id)
    disclosed = f"/v1/financing-requests/{request['id']}/disclosures/{made['id']}"
    await client.delete(disclosed, headers=enterprise.headers | {"If-Match": "*"})
    assert (await client.get(place, headers=bank.drafter.headers)).status_code == 404
    assert (await client.get(place, headers=enterprise.headers)).status_code == 200


async def test_the_contracting_bank_keeps_what_its_contract_needs(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    request, made, file_id = await with_document(client, enterprise, bank)
    offer = await make_offer(client, bank, request["id"])
    assert (await post_acceptance(client, enterprise, offer["id"])).status_code == 200
    place = f"/v1/financing-requests/{request['id']}/disclosures/{made['id']}"
    kept = await client.delete(place, headers=enterprise.headers | {"If-Match": "*"})
    assert (kept.status_code, kept.json()["code"]) == (409, "disclosure_kept")
    assert (await get_request(client, bank.drafter, request["id"])).status_code == 200
    assert (await client.get(f"/v1/files/{file_id}/content", headers=bank.drafter.headers)).status_code == 200


async def test_a_receipt_is_the_same_for_both_sides_and_has_its_hash(client: httpx.AsyncClient) -> None:
    enterprise, bank = await register_organisation(client, "enterprise"), await register_bank(client)
    request, _ = await send_request(client, enterprise, bank.id)
    place = f"/v1/financing-requests/{request['id']}/disclosures"
    (ours,) = (await get(client, enterprise, place))["items"]
    (theirs,) = (await get(client, bank.drafter, place))["items"]
    assert ours["receipt"] == theirs["receipt"]
    assert ours["receipt"]["to_organisation_id"] == bank.id
    assert len(ours["receipt"]["content_sha256"]) == len(ours["receipt_sha256"]) == 64
