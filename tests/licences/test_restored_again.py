"""Ends and restorations told late, twice, out of their order or ahead: the licence stands as the office's word says."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, later
from tests.licences.test_restored import QUARTERLY, read, taken, told
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import LUMP, declare, withdraw_declaration
from tests.scenarios.requests import post
from tests.scenarios.rights import post_right


async def test_no_holder_revives_by_an_end_of_its_own_what_the_office_ended(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, _ = await taken(client, people)
    patent_id = declared["patent_id"]
    await told(client, people.office, patent_id, "lapsed", day(app, -5))
    await told(client, people.university, patent_id, "invalidated", day(app, -4))
    await told(client, people.university, patent_id, "restored", day(app, -3))
    assert (await read(client, people.university, f"/v1/patents/{patent_id}"))["legal_status"] == "lapsed"
    await withdraw_declaration(client, people.university, declared, day(app))
    granted = await post_right(client, people.university, patent_id, origin="here", licence_type="exclusive")
    assert granted.status_code == 409


async def test_an_end_told_ahead_that_a_holder_had_told_before_ends_licences_on_its_day(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people)
    await told(client, people.university, declared["patent_id"], "lapsed", day(app, -1))
    await told(client, people.office, declared["patent_id"], "lapsed", day(app, 5))
    assert (await read(client, people.enterprise, place))["status"] == "in_force"
    due = day(app, 5)
    async with later(app, client, people.office, 10):
        for sweep in app.state.registry.sweeps:
            await sweep(app.state.database, app.state.clock.now())
        licence = await read(client, people.enterprise, place)
        assert (licence["status"], licence["ended_on"]) == ("terminated", due)


async def test_what_an_exclusive_licence_leaves_standing_comes_back_beside_it(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, _ = await taken(client, people)
    patent_id, where = declared["patent_id"], f"/v1/patents/{declared['patent_id']}/rights"
    await withdraw_declaration(client, people.university, declared, day(app))

    async def entry() -> dict[str, Any]:
        items = (await read(client, people.university, where, kind="licence"))["items"]
        return dict(next(one for one in items if one["licence_type"] == "open"))

    given = {"origin": "here", "licence_type": "exclusive", "starts_on": day(app)}
    exclusive = await post_right(client, people.university, patent_id, **given, carves_out=[(await entry())["id"]])
    assert exclusive.status_code == 201, exclusive.text
    await told(client, people.office, patent_id, "lapsed", day(app))
    await told(client, people.office, patent_id, "restored", day(app))
    back = await entry()
    assert (back["origin"], back["ended_on"], back["conflicts"]) == ("here", None, [])


async def test_a_second_gap_leaves_what_was_due_after_the_first(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people, LUMP | {"lump_sum_per": "year"})
    async with later(app, client, people.office, 430):
        await told(client, people.office, declared["patent_id"], "lapsed", day(app, -50))
        await told(client, people.office, declared["patent_id"], "restored", day(app))
        first = (await read(client, people.enterprise, place))["instalments"][1]
    async with later(app, client, people.office, 435):
        await told(client, people.office, declared["patent_id"], "lapsed", day(app, -1))
        await told(client, people.office, declared["patent_id"], "restored", day(app))
        second = (await read(client, people.enterprise, place))["instalments"][1]
    assert (second["state"], second["due_on"]) == (first["state"], first["due_on"]) == ("due", first["due_on"])


async def test_an_end_whose_day_turns_out_to_be_another_is_put_right(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people, QUARTERLY)
    async with later(app, client, people.office, 130):
        for kind, ago, ended in (("lapsed", 100, 100), ("lapsed", 10, 100), ("restored", 60, 10)):
            await told(client, people.office, declared["patent_id"], kind, day(app, -ago))
            licence = await read(client, people.enterprise, place)
            assert (licence["status"], licence["ended_on"]) == ("terminated", day(app, -ended)), (kind, ago)
        last = (await read(client, people.university, f"{place}/royalty-reports"))["items"][-1]
        assert last["ends_on"] == day(app, -11)


async def test_what_was_overdue_before_the_right_went_stays_so(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people, QUARTERLY)
    async with later(app, client, people.office, 200):
        before = (await read(client, people.university, f"{place}/royalty-reports"))["items"][0]
        await told(client, people.office, declared["patent_id"], "lapsed", day(app, -5))
        await told(client, people.office, declared["patent_id"], "restored", day(app, -1))
        after = (await read(client, people.university, f"{place}/royalty-reports"))["items"][0]
    assert (after["state"], after["report_due_on"]) == (before["state"], before["report_due_on"])
    assert after["state"] == "overdue"


async def test_a_part_of_a_period_that_was_reported_never_counts_for_all_of_it(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared, place = await taken(client, people, QUARTERLY)
    patent_id, reports = declared["patent_id"], f"{place}/royalty-reports"
    async with later(app, client, people.office, 130):
        await told(client, people.office, patent_id, "lapsed", day(app, -10))
        for period in (1, 2):
            await post(client, people.enterprise, reports, {"period": period, "use": 1_000_000 * period})
        whole = (await read(client, people.university, reports))["items"][0]["ends_on"]
        await told(client, people.office, patent_id, "restored", day(app, -2))
        term = (await read(client, people.office, f"/v1/patents/{patent_id}"))["expiry_date"]
        for expiry, status in ((day(app, -100), "terminated"), (term, "in_force")):
            at = f"/v1/patents/{patent_id}"
            tag = (await client.get(at, headers=people.office.headers)).headers["etag"]
            said = {"expiry_override": expiry, "expiry_override_reason": "更正"}
            changed = await client.patch(at, json=said, headers=people.office.headers | {"If-Match": tag})
            assert changed.status_code == 200, changed.text
            assert (await read(client, people.enterprise, place))["status"] == status
        first, second, *_ = (await read(client, people.university, reports))["items"]
    assert (first["use"], first["ends_on"]) == (1_000_000, whole)
    assert (second["use"], second["corrections"][-1]["use"], second["state"]) == (None, 2_000_000, "to_come")


async def test_a_licence_ended_by_a_lapse_may_be_taken_anew_only_once_the_right_is_back(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    await told(client, people.office, declared["patent_id"], "lapsed", day(app))
    assert (await give_notice(client, people.inventor, declared, due=409))["code"] == "open_licence_not_available"
    await told(client, people.office, declared["patent_id"], "restored", day(app))
    notice = await pay(client, people.inventor, await give_notice(client, people.inventor, declared))
    assert notice["status"] == "effective"


async def test_a_licence_that_had_not_begun_waits_for_its_day_again(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    notice = await pay(
        client, people.enterprise, await give_notice(client, people.enterprise, declared, starts_on=day(app, 10))
    )
    place = f"/v1/licences/{notice['licence_id']}"
    await told(client, people.office, declared["patent_id"], "lapsed", day(app))
    assert (await read(client, people.enterprise, place))["status"] == "terminated"
    await told(client, people.office, declared["patent_id"], "restored", day(app))
    assert (await read(client, people.enterprise, place))["status"] == "awaiting_start"
    async with later(app, client, people.office, 11):
        assert (await read(client, people.enterprise, place))["status"] == "in_force"
