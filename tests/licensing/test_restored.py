"""With a right that is restored, the licences that ended with it go on; whatever else ended them stays."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests import factories
from tests.catalogue.made import event
from tests.factories import Member
from tests.licensing.conftest import People
from tests.licensing.days import day, inbox, later
from tests.licensing.made import ROYALTY, announced, noticed, paid, post
from tests.rights.made import evidence, permitted, right

QUARTERLY = ROYALTY | {"reporting": "quarterly"}


async def told(client: httpx.AsyncClient, who: Member, patent_id: str, kind: str, on: str) -> None:
    """Record a legal event."""
    said = await event(client, who, patent_id, kind, on)
    assert said.status_code == 201, said.text


async def read(client: httpx.AsyncClient, who: Member, path: str, **asked: Any) -> Any:
    """Give what the address answers."""
    answer = await client.get(path, headers=who.headers, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def taken(client: httpx.AsyncClient, people: People, fee: Any = None) -> tuple[dict[str, Any], str]:
    """Give an open licence and the address of a licence taken under it."""
    declared = await announced(client, people.university, fee)
    notice = await noticed(client, people.enterprise, declared)
    if notice["licence_id"] is None:
        notice = await paid(client, people.enterprise, notice)
    return declared, f"/v1/licences/{notice['licence_id']}"


async def test_with_the_right_restored_its_licence_goes_on_and_all_that_hangs_on_it(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people, QUARTERLY)
    patent_id, reports = declared["patent_id"], f"{place}/royalty-reports"
    planned = [one["ends_on"] for one in (await read(client, people.university, reports))["items"]]
    certificate = await read(client, people.enterprise, f"{place}/certificate")
    lapsed, back = day(app, 20), day(app, 30)
    async with later(app, client, people.office, 40):
        await told(client, people.office, patent_id, "lapsed", lapsed)
        between = app.state.clock.now().isoformat()
        (cut,) = (await read(client, people.university, reports))["items"]
        assert cut["ends_on"] == day(app, -21)
        await post(client, people.enterprise, reports, {"period": 1, "use": 1_000_000})
        await told(client, people.office, patent_id, "restored", back)
        licence = await read(client, people.enterprise, place)
        assert (licence["status"], licence["status_reason"], licence["ended_on"]) == ("in_force", None, None)
        assert "restored" in await inbox(client, people.enterprise, "licence.reinstated", licence["id"])
        again = (await read(client, people.university, reports))["items"]
        assert [one["ends_on"] for one in again] == planned
        assert (again[0]["state"], again[0]["use"], again[0]["amount_fen"]) == ("to_come", None, None)
        assert [(one["use"], "恢复" in one["reason"]) for one in again[0]["corrections"]] == [(1_000_000, True)]
        paper = await read(client, people.enterprise, f"{place}/certificate")
        assert [one["step"] for one in paper["chain"]][-2:] == ["ended", "reinstated"]
        assert paper["chain"][-1]["day"] == back
        for one in (certificate, paper):
            checked = await client.get(f"{place}/certificate/verification", params={"hash": one["hash"]})
            assert checked.json()["valid"] is True
        where = f"/v1/patents/{patent_id}/rights"
        stands = {"kind": "licence", "in_force": True}
        assert len((await read(client, people.university, where, **stands))["items"]) == 1
        assert (await read(client, people.university, where, **stands, known_at=between))["items"] == []
        (then,) = (await read(client, people.university, where, kind="licence", known_at=between))["items"]
        assert (then["ended_on"], then["ended_because"]) == (lapsed, "right_ended")
        (entry,) = (await read(client, people.university, where, kind="licence"))["items"]
        assert (entry["ended_on"], entry["ended_because"]) == (None, None)
        assert [(one["ended_on"], one["lifted_because"]) for one in entry["details"]["ends"]] == [
            (lapsed, "right_restored")
        ]
        exclusive = await right(client, people.university, patent_id, origin="here", licence_type="exclusive")
        assert exclusive.status_code == 409, exclusive.text


async def test_a_licence_whose_term_ran_out_while_the_right_was_gone_is_over(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await announced(client, people.university)
    notice = await paid(
        client, people.enterprise, await noticed(client, people.enterprise, declared, ends_on=day(app, 30))
    )
    last = day(app, 31)
    async with later(app, client, people.office, 10):
        await told(client, people.office, declared["patent_id"], "lapsed", day(app, -1))
    async with later(app, client, people.office, 60):
        await told(client, people.office, declared["patent_id"], "restored", day(app))
        licence = await read(client, people.enterprise, f"/v1/licences/{notice['licence_id']}")
        assert (licence["status"], licence["status_reason"], licence["ended_on"]) == ("expired", "term_over", last)


async def test_a_licence_contested_when_the_right_went_comes_back_contested(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await announced(client, people.university)
    notice = await paid(client, people.enterprise, await noticed(client, people.enterprise, declared))
    payment = f"/v1/notices/{notice['id']}/payments/{notice['payments'][0]['id']}"
    await post(client, people.university, f"{payment}/contest", {"reason": "款项未到账。"})
    await told(client, people.office, declared["patent_id"], "lapsed", day(app))
    await told(client, people.office, declared["patent_id"], "restored", day(app))
    place = f"/v1/licences/{notice['licence_id']}"
    assert (await read(client, people.enterprise, place))["status"] == "contested"
    await post(client, people.university, f"{payment}/contest-withdrawal")
    assert (await read(client, people.enterprise, place))["status"] == "in_force"


async def test_a_licence_that_was_given_up_stays_so_when_the_right_is_restored(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people)
    await post(client, people.enterprise, f"{place}/termination", {"on": day(app), "reason": "停止生产"})
    await told(client, people.office, declared["patent_id"], "lapsed", day(app))
    await told(client, people.office, declared["patent_id"], "restored", day(app))
    assert (await read(client, people.enterprise, place))["status"] == "terminated"


async def test_what_a_holder_says_of_its_own_right_neither_ends_nor_brings_back_a_licence(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people)
    patent_id = declared["patent_id"]
    for who, kind, on, status in (
        (people.university, "lapsed", -3, "in_force"),
        (people.university, "restored", -2, "in_force"),
        (people.office, "lapsed", -1, "terminated"),
        (people.university, "restored", 0, "terminated"),
        (people.office, "restored", 0, "in_force"),
        (people.university, "lapsed", 0, "in_force"),
    ):
        await told(client, who, patent_id, kind, day(app, on))
        assert (await read(client, people.enterprise, place))["status"] == status, (kind, on)


async def test_a_lapse_that_a_holder_told_and_an_office_confirms_is_undone_by_an_office_alone(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people)
    await told(client, people.university, declared["patent_id"], "lapsed", day(app, -3))
    await told(client, people.office, declared["patent_id"], "lapsed", day(app, -2))
    licence = await read(client, people.enterprise, place)
    assert licence["status"] == "terminated"
    await told(client, people.university, declared["patent_id"], "restored", day(app, -1))
    assert (await read(client, people.enterprise, place))["status"] == "terminated"
    await told(client, people.office, declared["patent_id"], "restored", day(app))
    assert (await read(client, people.enterprise, place))["status"] == "in_force"


async def test_an_end_that_was_told_twice_is_listed_by_what_was_known_each_time(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    university, firm = await factories.organisation(client), await factories.organisation(client, "enterprise")
    declared = await announced(client, university)
    patent_id = declared["patent_id"]
    made = (await right(client, university, patent_id, origin="outside", licence_type="ordinary")).json()
    end = f"/v1/patents/{patent_id}/rights/{made['id']}/end"
    proof = {"evidence_files": [await evidence(client, university)], "reason": "合同解除"}
    await post(client, university, end, proof | {"ended_on": day(app, 400)})
    between = app.state.clock.now().isoformat()
    await post(client, university, end, proof | {"ended_on": day(app, 100)})
    where = f"/v1/patents/{patent_id}/rights"
    for known_at, on, stands in (
        (between, 200, True), (between, 500, False), (None, 200, False), (None, 50, True),
    ):  # fmt: skip
        asked = {"kind": "licence", "in_force": True, "valid_on": day(app, on)}
        asked |= {"known_at": known_at} if known_at else {}
        found = [one["id"] for one in (await read(client, university, where, **asked))["items"]]
        assert found == ([made["id"]] if stands else []), (known_at, on)
    assert (await permitted(client, university, patent_id, "grant_ordinary"))["answer"] is not None
    assert firm
