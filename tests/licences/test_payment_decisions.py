"""Who answers for a payment told late, who is reminded, and what follows from it meanwhile and beside others."""

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, inbox, later
from tests.licences.late import FOUND, WHY, assert_amounts_agree, get, pay_late
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import LUMP, declare
from tests.scenarios.requests import post


async def test_who_may_confirm_and_who_may_decide(client: httpx.AsyncClient, people: People, app: FastAPI) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 16):
        _, payment = await pay_late(client, people, notice, value_date=value_date)
        for who, due in ((people.enterprise, 403), (people.office, 403), (people.inventor, 404)):
            await post(client, who, f"{payment}/confirmation", due=due)
            await post(client, who, f"{payment}/contest", WHY, due=due)
        for who, due in ((people.enterprise, 403), (people.university, 403), (people.inventor, 404)):
            await post(client, who, f"{payment}/contest-decision", FOUND, due=due)
        for who, due in ((people.university, 403), (people.office, 403), (people.inventor, 404)):
            await post(client, who, f"{payment}/withdrawal", due=due)
        early = await post(client, people.university, f"{payment}/contest-withdrawal", due=409)
        assert early["code"] == "notice_not_in_state"


async def test_an_office_does_not_decide_on_a_payment_of_its_own(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    authority = await register_organisation(client, "authority")
    notice = await give_notice(client, authority, await declare(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 16):
        said = await pay(client, authority, notice, value_date=value_date)
        payment = f"/v1/notices/{notice['id']}/payments/{said['payments'][0]['id']}"
        own = await post(client, authority, f"{payment}/contest-decision", FOUND, due=403)
        assert own["code"] == "licensing_step_not_yours"
        await post(client, people.office, f"{payment}/contest-decision", FOUND)


async def messages(client: httpx.AsyncClient, who: Member, kind: str, subject: str) -> int:
    answer = await client.get("/v1/inbox", params={"limit": 100}, headers=who.headers)
    return sum((one["type"], one["subject"]) == (kind, subject) for one in answer.json()["items"])


async def test_whoever_does_not_answer_is_reminded_once_and_the_platform_is_told(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    notice = await give_notice(client, people.enterprise, declared)
    contested = await give_notice(client, people.inventor, declared)
    value_date = day(app)
    sides = (people.university, people.enterprise, people.office)
    kind = "notice.confirmation_overdue"
    async with later(app, client, people.office, 16):
        await pay_late(client, people, notice, value_date=value_date)
        said = await pay(client, people.inventor, contested, value_date=value_date)
        payment = f"/v1/notices/{contested['id']}/payments/{said['payments'][0]['id']}"
        await post(client, people.university, f"{payment}/contest", WHY)
        assert "decides" in await inbox(client, people.office, "notice.payment_contested", contested["id"])
    async with later(app, client, people.office, 31):
        assert [await messages(client, who, kind, notice["id"]) for who in sides] == [0, 0, 0]
    for days in (32, 60):
        async with later(app, client, people.office, days):
            for who in sides:
                assert "still waits" in await inbox(client, who, kind, notice["id"])
    assert [await messages(client, who, kind, notice["id"]) for who in sides] == [1, 1, 1]
    assert await messages(client, people.office, kind, contested["id"]) == 0


async def test_while_a_payment_waits_its_days_are_taken_and_withdrawing_it_frees_them(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    notice = await give_notice(client, people.enterprise, declared)
    value_date = day(app)
    async with later(app, client, people.office, 40):
        place, payment = await pay_late(client, people, notice, value_date=value_date)
        assert (await give_notice(client, people.enterprise, declared, due=409))["code"] == "already_taken"
        assert (await post(client, people.enterprise, f"{place}/withdrawal", due=409))["code"] == "notice_not_in_state"
        await post(client, people.enterprise, f"{payment}/withdrawal")
        await give_notice(client, people.enterprise, declared)
        again = await pay(client, people.enterprise, notice, due=409, value_date=value_date)
        assert again["code"] == "already_taken"


async def test_parts_told_in_time_and_late_make_the_licence_together_by_their_value_dates(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university))
    place = f"/v1/notices/{notice['id']}"
    await pay(client, people.enterprise, notice, amount_fen=2_000_000)
    value_date = day(app, 2)
    async with later(app, client, people.office, 28):
        _, part = await pay_late(client, people, notice, amount_fen=1_000_000, value_date=value_date)
        await post(client, people.university, f"{part}/confirmation")
        waits = await get(client, people.enterprise, place)
        assert (waits["status"], waits["paid_fen"], waits["open_fen"]) == ("given", 3_000_000, 2_000_000)
        _, last = await pay_late(client, people, notice, amount_fen=2_000_000, value_date=value_date)
        asked = await pay(client, people.enterprise, notice, due=409, amount_fen=2_000_000, value_date=day(app))
        assert asked["code"] == "confirm_overpayment"  # what waits is told already
        settled = await pay(client, people.enterprise, notice, amount_fen=2_000_000, value_date=day(app),
                             confirm_overpayment=True)  # fmt: skip
        licence = await get(client, people.enterprise, f"/v1/licences/{settled['licence_id']}")
        assert (settled["status"], licence["effective_on"]) == ("effective", day(app))
        await post(client, people.university, f"{last}/confirmation")
        now = await get(client, people.enterprise, place)
        licence = await get(client, people.enterprise, f"/v1/licences/{settled['licence_id']}")
        assert (now["status"], now["paid_fen"], licence["surplus_fen"]) == ("effective", 7_000_000, 2_000_000)
        assert [one["status"] for one in now["payments"]] == ["recorded", "confirmed", "confirmed", "recorded"]
    await assert_amounts_agree(app)


async def test_a_part_that_was_told_under_a_clock_put_back_since_counts_for_the_licence(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 10):
        await pay(client, people.enterprise, notice, amount_fen=2_000_000, value_date=value_date)
    settled = await pay(client, people.enterprise, notice, amount_fen=3_000_000, value_date=value_date)
    assert settled["status"] == "effective"
    await assert_amounts_agree(app)
    place = f"/v1/notices/{notice['id']}/payments/{settled['payments'][-1]['id']}"
    await post(client, people.university, f"{place}/contest", WHY)
    licence = await get(client, people.enterprise, f"/v1/licences/{settled['licence_id']}")
    assert licence["status"] == "contested"


@pytest.mark.parametrize("first", ["confirmation", "withdrawal"])
async def test_of_two_answers_one_is_too_late_and_the_notice_says_the_other(
    client: httpx.AsyncClient, people: People, app: FastAPI, first: str
) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 16):
        place, payment = await pay_late(client, people, notice, value_date=value_date)
        asks = {"confirmation": people.university, "withdrawal": people.enterprise}
        for step in sorted(asks, key=lambda step: step != first):
            answer = await client.post(f"{payment}/{step}", headers=asks[step].headers)
            assert answer.status_code == (200 if step == first else 409), answer.text
        now = await get(client, people.enterprise, place)
        assert now["status"] == ("effective" if first == "confirmation" else "given")


async def test_a_right_that_ended_before_the_payment_bars_the_licence_and_its_payer_may_withdraw(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university, LUMP)
    notice = await give_notice(client, people.enterprise, declared)
    value_date = day(app, 10)
    gone = {"kind": "lapsed", "effective_on": day(app, 5), "source": "专利公报"}
    async with later(app, client, people.office, 40):
        place, payment = await pay_late(client, people, notice, value_date=value_date)
        await post(client, people.office, f"/v1/patents/{declared['patent_id']}/legal-events", gone)
        refused = await post(client, people.university, f"{payment}/confirmation", due=409)
        assert refused["code"] == "open_licence_not_available"
        assert (await get(client, people.enterprise, place))["status"] == "payment_to_be_confirmed"
        await post(client, people.enterprise, f"{payment}/withdrawal")
        assert (await get(client, people.enterprise, place))["status"] == "lapsed"


async def test_what_the_licensor_shows_in_a_contest_is_read_by_both_sides(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 16):
        _, payment = await pay_late(client, people, notice, value_date=value_date)
        shown = await upload_evidence(client, people.university)
        said = await post(client, people.university, f"{payment}/contest", WHY | {"evidence_files": [shown]})
        assert (said["status"], said["contest_reason"]) == ("to_be_confirmed", WHY["reason"])
        assert shown in [one["id"] for one in said["evidence_files"]]
        assert (await client.get(f"/v1/files/{shown}", headers=people.enterprise.headers)).status_code == 200
        assert (await client.get(f"/v1/files/{shown}", headers=people.inventor.headers)).status_code == 404
        twice = await post(client, people.university, f"{payment}/contest", WHY, due=409)
        assert twice["code"] == "licence_not_in_state"
