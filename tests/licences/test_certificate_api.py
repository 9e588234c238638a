"""The licence certificate at the door: good as long as its licence stands, whatever is learnt later."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day
from tests.scenarios.licences import take_licence
from tests.scenarios.members import Member
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import FREE, ROYALTY, declare
from tests.scenarios.requests import post

FAR = "lic_01h455vb4pex5vsknk084sn02q"


async def taken(client: httpx.AsyncClient, people: People, fee: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the notice by which the enterprise has a licence."""
    notice = await give_notice(client, people.enterprise, await declare(client, people.university, fee))
    return notice if notice["licence_id"] else await pay(client, people.enterprise, notice)


async def printed(client: httpx.AsyncClient, people: People, place: str) -> dict[str, Any]:
    """Return the certificate as it is now."""
    answer = await client.get(f"{place}/certificate", headers=people.enterprise.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def checked(client: httpx.AsyncClient, place: str, claimed: str) -> Any:
    """Return what anybody is told of a hash."""
    answer = await client.get(f"{place}/certificate/verification", params={"hash": claimed})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_certificate_stays_good_after_recordal(client: httpx.AsyncClient, people: People, app: FastAPI) -> None:
    place = f"/v1/licences/{(await taken(client, people))['licence_id']}"
    papers = [await printed(client, people, place)]
    steps: list[tuple[str, dict[str, Any]]] = [
        ("recordal", {"on": day(app)}),
        ("recordal-confirmation", {"on": day(app), "number": "X2026990000123"}),
    ]
    for step, body in steps:
        await post(client, people.enterprise, f"{place}/{step}", body)
        papers.append(await printed(client, people, place))
    assert len({paper["hash"] for paper in papers}) == 3
    assert [(await checked(client, place, paper["hash"]))["valid"] for paper in papers] == [True] * 3
    assert [link["step"] for link in papers[-1]["chain"]] == [
        "notice_given", "payment_made", "effective", "recordal_filed", "recordal_confirmed",
    ]  # fmt: skip


async def test_no_paper_of_a_licence_that_was_given_up_or_is_void_is_good(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    given_up = f"/v1/licences/{(await taken(client, people))['licence_id']}"
    void = await taken(client, people)
    gone = f"/v1/licences/{void['licence_id']}"
    papers = {place: (await printed(client, people, place))["hash"] for place in (given_up, gone)}
    await post(client, people.enterprise, f"{given_up}/termination", {"on": day(app), "reason": "停止生产"})
    payment = f"/v1/notices/{void['id']}/payments/{void['payments'][0]['id']}"
    await post(client, people.university, f"{payment}/contest", {"reason": "未到账"})
    await post(client, people.office, f"{payment}/contest-decision", {"outcome": "upheld", "reason": "未到账"})
    for place, status in ((given_up, "terminated"), (gone, "void")):
        paper = await printed(client, people, place)
        assert paper["status"] == status
        for known in (papers[place], paper["hash"]):
            said = await checked(client, place, known)
            assert (said["valid"], said["status"]) == (False, status)


NOTHING = {"valid": False, "status": None, "licensors": [], "licensee": None}


async def test_the_check_tells_whoever_has_no_paper_nothing(client: httpx.AsyncClient, people: People) -> None:
    place = f"/v1/licences/{(await taken(client, people, FREE))['licence_id']}"
    good = (await printed(client, people, place))["hash"]
    other = f"/v1/licences/{(await taken(client, people, FREE))['licence_id']}"
    assert (await checked(client, place, good))["valid"] is True
    for address, claimed in ((place, "0" * 64), (other, good), (f"/v1/licences/{FAR}", good)):
        assert await checked(client, address, claimed) == NOTHING
    short = await client.get(f"{place}/certificate/verification", params={"hash": good[:-1]})
    assert short.status_code == 422


async def test_the_certificate_is_its_two_sides_and_the_paper_is_an_attachment(
    client: httpx.AsyncClient, people: People
) -> None:
    place = f"/v1/licences/{(await taken(client, people, FREE))['licence_id']}"
    for side in (people.university, people.enterprise):
        paper = await client.get(f"{place}/certificate.pdf", headers=side.headers)
        assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
        assert paper.headers["content-disposition"].startswith("attachment;")
        assert "no-store" in paper.headers["cache-control"]
        assert paper.content.startswith(b"%PDF-")
    for form in ("certificate", "certificate.pdf"):
        hidden = await client.get(f"{place}/{form}", headers=people.inventor.headers)
        assert (hidden.status_code, hidden.json()["code"]) == (404, "no_such_licence")
        assert (await client.get(f"{place}/{form}")).status_code == 401


async def test_the_fees_are_told_in_yuan_or_units_with_how_a_part_year_counts_and_the_days_to_pay(
    client: httpx.AsyncClient, people: People
) -> None:
    steps = [{"by": "volume", "above": 1_000_000_000, "rate_bp": 200}]
    money = ROYALTY | {"steps": steps, "minimum_per_year_fen": 3_000_000, "pro_rata": True}
    each = ROYALTY | {"base": "unit", "unit_fee_fen": 250, "rate_bp": None}
    units = each | {"steps": [{"by": "volume", "above": 1_000, "unit_fee_fen": 200}]}
    said = []
    for fee in (money, units):
        place = f"/v1/licences/{(await taken(client, people, fee))['licence_id']}"
        said.append([line["en"] for line in (await printed(client, people, place))["fees"]])
    assert "for the use above 10,000,000.00 yuan within a year: Royalty: 2 % of net sales" in said[0]
    assert "Yearly amounts count by days in a year not run in full" in said[0]
    assert "To be paid within 30 days of each report" in said[0]
    assert any(line.startswith("for the use above 1,000 units within a year") for line in said[1])
    assert not any("by days" in line for line in said[1])


async def named(client: httpx.AsyncClient, who: Member) -> dict[str, Any]:
    """Return the name and code under which an organisation is known."""
    found = (await client.get(f"/v1/organisations/{who.organisation_id}", headers=who.headers)).json()
    return {name: found[name] for name in ("name", "credit_code")}


async def test_paper_json_and_check_name_both_sides_with_their_codes_and_whether_they_are_verified(
    client: httpx.AsyncClient, people: People
) -> None:
    university, enterprise, _, licence = await take_licence(client)
    place = f"/v1/licences/{licence['id']}"
    sides = [await named(client, who) for who in (university, enterprise)]
    certificate = (await client.get(f"{place}/certificate", headers=enterprise.headers)).json()
    assert certificate["licensors"] == [sides[0] | {"verified": True}]
    assert certificate["licensee"] == sides[1] | {"verified": True, "country": "CN"}
    said = await checked(client, place, certificate["hash"])
    assert said == {"valid": True, **{name: certificate[name] for name in ("status", "licensors", "licensee")}}
    body = {"outcome": "refused", "reason": "证照系伪造"}
    await post(client, people.office, f"/v1/organisations/{enterprise.organisation_id}/verification", body)
    later = await checked(client, place, certificate["hash"])
    assert (later["valid"], later["licensors"][0]["verified"], later["licensee"]["verified"]) == (True, True, False)
    paper = (await client.get(f"{place}/certificate", headers=university.headers)).json()
    assert (paper["hash"], paper["licensee"]["verified"]) == (certificate["hash"], False)


async def test_of_a_natural_person_the_certificate_says_no_more_than_the_name(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university, FREE)
    notice = await give_notice(client, people.inventor, declared)
    place = f"/v1/licences/{notice['licence_id']}"
    certificate = (await client.get(f"{place}/certificate", headers=people.inventor.headers)).json()
    name = (await named(client, people.inventor))["name"]
    assert certificate["licensee"] == {"name": name, "credit_code": None, "verified": True, "country": "CN"}
