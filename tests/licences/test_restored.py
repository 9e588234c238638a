"""With a right that is restored, the licences that ended with it go on; whatever else ended them stays."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, inbox, later
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import (
    LUMP,
    ROYALTY,
    announce,
    declare,
    draft_declaration,
    fault_codes,
    file_declaration,
    withdraw_declaration,
)
from tests.scenarios.patents import enter_patent, post_legal_event, publication_number
from tests.scenarios.requests import post
from tests.scenarios.rights import post_right

QUARTERLY = ROYALTY | {"reporting": "quarterly"}


async def told(client: httpx.AsyncClient, who: Member, patent_id: str, kind: str, on: str) -> None:
    """Record a legal event."""
    said = await post_legal_event(client, who, patent_id, kind, on)
    assert said.status_code == 201, said.text


async def read(client: httpx.AsyncClient, who: Member, path: str, **asked: Any) -> Any:
    """Return what the address answers."""
    answer = await client.get(path, headers=who.headers, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def taken(client: httpx.AsyncClient, people: People, fee: Any = None) -> tuple[dict[str, Any], str]:
    """Return an open licence and the address of a licence taken under it."""
    declared = await declare(client, people.university, fee)
    notice = await give_notice(client, people.enterprise, declared)
    if notice["licence_id"] is None:
        notice = await pay(client, people.enterprise, notice)
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
        assert all(one["report_due_on"] >= day(app) for one in again)
        assert [(one["use"], "恢复" in one["reason"]) for one in again[0]["corrections"]] == [(1_000_000, True)]
        paper = await read(client, people.enterprise, f"{place}/certificate")
        assert [one["step"] for one in paper["chain"]][-2:] == ["ended", "reinstated"]
        assert paper["chain"][-1]["day"] == day(app)
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
        exclusive = await post_right(client, people.university, patent_id, origin="here", licence_type="exclusive")
        assert exclusive.status_code == 409, exclusive.text


async def test_a_licence_whose_term_ran_out_while_the_right_was_gone_is_over(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    notice = await pay(
        client, people.enterprise, await give_notice(client, people.enterprise, declared, ends_on=day(app, 30))
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
    declared = await declare(client, people.university)
    notice = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
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


NOTIFICATION_TEMPLATES = {
    "a lapse of its own, undone": (("lapsed", False, 3, "in_force"), ("restored", False, 2, "in_force")),
    "the office's lapse, undone by it": (("lapsed", True, 2, "terminated"), ("restored", False, 1, "terminated")),
    "its lapse, confirmed by the office": (
        ("lapsed", False, 3, "in_force"), ("lapsed", True, 2, "terminated"), ("restored", False, 1, "terminated"),
        ("restored", True, 0, "in_force"),
    ),
    "another end than the office's": (
        ("lapsed", False, 3, "in_force"), ("surrendered", True, 2, "terminated"), ("restored", False, 1, "terminated"),
    ),
    "an end before the office's": (
        ("lapsed", True, 2, "terminated"), ("expired", False, 3, "terminated"), ("restored", False, 1, "terminated"),
    ),
    "an end after the office's": (
        ("lapsed", True, 3, "terminated"), ("lapsed", False, 1, "terminated"), ("restored", True, 2, "in_force"),
    ),
    "a surrender that the office knows nothing of": (
        ("lapsed", True, 2, "terminated"), ("surrendered", False, 3, "terminated"), ("restored", True, 1, "in_force"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("said", NOTIFICATION_TEMPLATES.values(), ids=NOTIFICATION_TEMPLATES)
async def test_licences_end_and_come_back_by_the_offices_word_whatever_the_holder_says(
    client: httpx.AsyncClient, people: People, app: FastAPI, said: tuple[tuple[str, bool, int, str], ...]
) -> None:
    declared, place = await taken(client, people)
    for kind, by_office, ago, status in said:
        who = people.office if by_office else people.university
        await told(client, who, declared["patent_id"], kind, day(app, -ago))
        assert (await read(client, people.enterprise, place))["status"] == status, (kind, by_office, ago)


async def test_after_a_second_lapse_each_moment_is_told_as_it_was_known(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people)
    where, moments = f"/v1/patents/{declared['patent_id']}/rights", []
    for kind, on in (("lapsed", -3), ("restored", -2), ("lapsed", -1), ("restored", 0)):
        await told(client, people.office, declared["patent_id"], kind, day(app, on))
        moments.append(app.state.clock.now().isoformat())
    assert (await read(client, people.enterprise, place))["status"] == "in_force"
    known = [
        (await read(client, people.university, where, kind="licence", known_at=moment))["items"][0]["ended_on"]
        for moment in moments
    ]
    assert [end is None for end in known] == [False, True, False, True]
    stands = [
        len((await read(client, people.university, where, kind="licence", in_force=True, known_at=moment))["items"])
        for moment in moments
    ]
    assert stands == [0, 1, 0, 1]


async def test_a_report_that_was_paid_and_fell_due_anew_outlives_an_earlier_end(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people, QUARTERLY)
    reports, judged = f"{place}/royalty-reports", day(app, 5)
    async with later(app, client, people.office, 130):
        await told(client, people.office, declared["patent_id"], "lapsed", day(app, -10))
        for period in (1, 2):
            await post(client, people.enterprise, reports, {"period": period, "use": 1_000_000 * period})
        proof = {"value_date": day(app), "evidence_files": [await upload_evidence(client, people.enterprise)]}
        await post(client, people.enterprise, f"{place}/payments", proof | {"amount_fen": 60_000, "period": 2})
        await told(client, people.office, declared["patent_id"], "restored", day(app))
        first, second, *_ = (await read(client, people.university, reports))["items"]
        assert [(one["use"], one["paid_fen"]) for one in (first, second)] == [(1_000_000, 30_000), (None, 0)]
        shown = {"on": judged, "reason": "法院判决", "evidence_files": [await upload_evidence(client, people.office)]}
        ended = await post(client, people.office, f"{place}/termination", shown)
        assert (ended["status"], ended["surplus_fen"]) == ("terminated", 30_000)
        kept = (await read(client, people.university, reports))["items"]
        assert [(one["use"], one["amount_fen"], one["state"]) for one in kept] == [
            (1_000_000, 30_000, "paid"), (2_000_000, 0, "paid"),
        ]  # fmt: skip


async def test_a_yearly_lump_sum_that_fell_due_while_the_right_was_gone_is_paid_after_it(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    fee = LUMP | {"lump_sum_per": "year"}
    declared, place = await taken(client, people, fee)
    async with later(app, client, people.office, 430):
        await told(client, people.office, declared["patent_id"], "lapsed", day(app, -50))
        await told(client, people.office, declared["patent_id"], "restored", day(app))
        second = (await read(client, people.enterprise, place))["instalments"][1]
        assert (second["state"], second["due_on"]) == ("due", day(app, LUMP["payment_days"]))


async def test_a_sub_licence_comes_back_with_its_licence_to_the_end_that_it_had(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, _ = await taken(client, people)
    where = f"/v1/patents/{declared['patent_id']}/rights"
    (licence,) = (await read(client, people.university, where, kind="licence"))["items"]
    below = await post_right(client, people.office, declared["patent_id"], licence=licence["id"], effective_on=day(app))
    assert below.status_code == 201, below.text
    proof = {"reason": "约定期满", "evidence_files": [await upload_evidence(client, people.office)]}
    await post(client, people.office, f"{where}/{below.json()['id']}/end", proof | {"ended_on": day(app, 300)})
    await told(client, people.office, declared["patent_id"], "lapsed", day(app))
    ended = {one["id"]: one["ended_on"] for one in (await read(client, people.university, where))["items"]}
    assert (ended[licence["id"]], ended[below.json()["id"]]) == (day(app), day(app))
    await told(client, people.office, declared["patent_id"], "restored", day(app))
    ended = {one["id"]: one["ended_on"] for one in (await read(client, people.university, where))["items"]}
    assert (ended[licence["id"]], ended[below.json()["id"]]) == (None, day(app, 300))


async def test_nobody_ends_a_licence_by_the_platforms_own_word(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    _, place = await taken(client, people)
    said = {"on": day(app), "reason": " right_ended "}
    refused = await post(client, people.enterprise, f"{place}/termination", said, due=422)
    assert fault_codes(refused) == {("/reason", "reserved")}


async def test_a_licence_that_comes_back_beside_an_exclusive_one_is_a_fact_and_flagged(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    owner, today = people.university, day(app)
    older = await enter_patent(client, owner)
    declared = await announce(
        client, owner, await file_declaration(client, owner, await draft_declaration(client, owner, older["id"]))
    )
    notice = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
    await withdraw_declaration(client, owner, declared, today)
    await told(client, people.office, older["id"], "lapsed", today)
    younger = await enter_patent(client, owner, application_number=None, publication_number=publication_number())
    await told(client, people.office, younger["id"], "restored", today)
    given = {"origin": "here", "licence_type": "exclusive", "starts_on": today}
    exclusive = await post_right(client, owner, younger["id"], **given)
    assert exclusive.status_code == 201, exclusive.text
    place = f"/v1/patents/{younger['id']}"
    tag = (await client.get(place, headers=owner.headers)).headers["etag"]
    joined = {"application_number": older["application_number"]}
    merged = await client.patch(place, json=joined, headers=owner.headers | {"If-Match": tag})
    assert (merged.status_code, merged.json()["id"]) == (200, older["id"])
    licence = await read(client, people.enterprise, f"/v1/licences/{notice['licence_id']}")
    assert licence["status"] == "in_force"
    entries = (await read(client, owner, f"/v1/patents/{older['id']}/rights", kind="licence"))["items"]
    entry = next(one for one in entries if one["licence_type"] == "open")
    assert (entry["origin"], entry["ended_on"]) == ("outside", None)
    assert entry["conflicts"] == [{"code": "exclusive_licence_in_force", "about": [exclusive.json()["id"]]}]
