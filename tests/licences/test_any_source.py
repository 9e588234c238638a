"""A licence that no open licence stands behind is paid, reported, recorded and certified like any other."""

from typing import Any

import httpx
import pytest_asyncio
from fastapi import FastAPI

from backend.core.consistency import Line, Site
from backend.licences.payments import contests
from backend.licences.policy import licence_policy
from backend.licences.schemas import Contest, ContestDecision
from backend.open_licences import consistency_checks
from backend.patents import queries as patent_queries
from backend.tables import METADATA
from tests.licences.conftest import People
from tests.licences.days import day, inbox
from tests.licences.negotiated import NUMBER, agreed, caller_of, first_payment
from tests.licences.test_certificate import text
from tests.scenarios.files import upload_evidence
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.requests import post


@pytest_asyncio.fixture
async def place(client: httpx.AsyncClient, people: People, app: FastAPI) -> str:
    """The address of a licence by contract, which runs since 200 days."""
    patent = await enter_patent(client, people.university)
    voucher, today = await upload_evidence(client, people.enterprise), app.state.clock.today()
    about = (people.university, people.enterprise, patent["id"], voucher)
    begun, over = (today.fromordinal(today.toordinal() + days) for days in (-200, 500))
    return f"/v1/licences/{await agreed(app, *about, begun, over)}"


async def seen(client: httpx.AsyncClient, people: People, place: str) -> dict[str, Any]:
    answer = await client.get(place, headers=people.university.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def consistent(app: FastAPI) -> None:
    site = Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True)
    for check in (consistency_checks.licences, consistency_checks.payments):
        line = Line("a licence by contract")
        await check(site, line)
        assert line.differences == 0, line.examples


async def test_it_says_what_it_came_from_and_both_sides_see_what_was_paid_for_it(
    client: httpx.AsyncClient, people: People, place: str, app: FastAPI
) -> None:
    found = await seen(client, people, place)
    assert {name: found[name] for name in ("source", "type", "open_licence_id", "notice_id", "status")} == {
        "source": "negotiated", "type": "ordinary", "open_licence_id": None, "notice_id": None, "status": "in_force",
    }  # fmt: skip
    (payment,) = found["payments"]
    voucher = f"/v1/files/{payment['evidence_files'][0]['id']}"
    asked = [await client.get(voucher, headers=who.headers) for who in (people.university, people.inventor)]
    assert [answer.status_code for answer in asked] == [200, 404]
    assert await inbox(client, people.university, "licence.effective", found["id"])
    await consistent(app)


def test_no_table_of_licences_refers_to_one_of_a_source() -> None:
    tables = [METADATA.tables[name] for name in ("licence", "payment", "royalty_report")]
    referred = {key.column.table.name for table in tables for key in table.foreign_keys}
    assert referred == {"patent", "party", "licence"}


async def test_its_use_is_reported_and_its_royalty_paid(
    client: httpx.AsyncClient, people: People, place: str, app: FastAPI
) -> None:
    report = await post(client, people.enterprise, f"{place}/royalty-reports", {"period": 1, "use": 10_000_000})
    assert (report["state"], report["amount_fen"]) == ("submitted", 300_000)
    voucher = {"evidence_files": [await upload_evidence(client, people.enterprise)]}
    money = {"amount_fen": 300_000, "value_date": day(app), "period": 1}
    await post(client, people.enterprise, f"{place}/payments", money | voucher)
    reports = await client.get(f"{place}/royalty-reports", headers=people.university.headers)
    assert reports.json()["items"][0]["state"] == "paid"
    assert (await seen(client, people, place))["surplus_fen"] == 0
    await consistent(app)


async def test_it_is_recorded_as_a_contract_and_lowers_no_annuity(
    client: httpx.AsyncClient, people: People, place: str, app: FastAPI
) -> None:
    files = [file["code"] for file in (await seen(client, people, place))["recordal"]["files"]]
    assert files == ["form", "contract", "applicant_identity", "power_of_attorney", "handler_identity", "other"]
    await post(client, people.university, f"{place}/recordal", {"on": day(app)})
    body = {"on": day(app), "number": "X2026990000999"}
    found = await post(client, people.enterprise, f"{place}/recordal-confirmation", body)
    assert (found["recordal"]["number"], found["annuity_reductions"]) == ("X2026990000999", [])


async def test_its_certificate_names_the_contract_and_can_be_checked(
    client: httpx.AsyncClient, people: People, place: str
) -> None:
    paper = (await client.get(f"{place}/certificate", headers=people.enterprise.headers)).json()
    assert (paper["type"], paper["sub_licensing"], paper["declaration"]) == ("ordinary", True, None)
    assert paper["contract"]["number"] == NUMBER
    assert [link["step"] for link in paper["chain"]] == ["contract_signed", "payment_made", "effective"]
    printed = await client.get(f"{place}/certificate.pdf", headers=people.enterprise.headers)
    words = text(printed.content)
    assert all(said in words for said in (NUMBER, "专利实施许可证书", "自合同签订之日起", paper["hash"]))
    assert "开放许可" not in words
    checked = await client.get(f"{place}/certificate/verification", params={"hash": paper["hash"]})
    assert checked.json()["valid"] is True


async def test_without_the_payment_that_it_rests_on_it_never_was(
    client: httpx.AsyncClient, people: People, place: str, app: FastAPI
) -> None:
    now, policy = app.state.clock.now(), licence_policy(app.state.settings)
    async with app.state.database.write() as session:
        licence, payment = await first_payment(session, place.rsplit("/", 1)[1])
        licensor = await caller_of(session, people.university.organisation_id)
        await contests.contest(session, licence, payment, Contest(reason="未到账"), licensor, now)
    assert (await seen(client, people, place))["status"] == "contested"
    async with app.state.database.write() as session:
        licence, payment = await first_payment(session, place.rsplit("/", 1)[1])
        office = await caller_of(session, people.office.organisation_id)
        whole = await patent_queries.load(session, licence.patent_id, lock=True)
        found = ContestDecision(outcome="upheld", reason="无到账记录")
        await contests.decide(session, whole, licence, payment, found, office, policy, now)
    said = await seen(client, people, place)
    assert (said["status"], said["status_reason"]) == ("void", "payment_not_made")
    await consistent(app)


async def test_it_ends_with_the_right(client: httpx.AsyncClient, people: People, place: str) -> None:
    patent_id = (await seen(client, people, place))["patent_id"]
    lapsed = await post_legal_event(client, people.office, patent_id, "lapsed", "2026-10-01")
    assert lapsed.status_code == 201, lapsed.text
    assert (await seen(client, people, place))["status"] == "terminated"
