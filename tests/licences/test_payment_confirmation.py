"""A payment told long after its value date makes no licence until its licensor confirms it or an office decides."""

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, inbox, later
from tests.licences.late import DUE, FOUND, NOT_FOUND, WHY, assert_amounts_agree, get, pay_late
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import declare, withdraw_declaration
from tests.scenarios.requests import post


@pytest.mark.parametrize("ended", ["lapsed", "withdrawn", "terminated"])
async def test_200_days_after_its_notice_ended_a_payment_makes_no_licence_until_the_licensor_confirms_it(
    client: httpx.AsyncClient, people: People, app: FastAPI, ended: str
) -> None:
    declared = await declare(client, people.university)
    notice = await give_notice(client, people.enterprise, declared)
    value_date = day(app, 5)
    async with later(app, client, people.office, 20):
        if ended == "withdrawn":
            await withdraw_declaration(client, people.university, declared, day(app))
        elif ended == "terminated":
            said = {"on": day(app), "reason": "未按规定撤回"}
            await post(client, people.office, f"/v1/open-licences/{declared['id']}/termination", said)
    async with later(app, client, people.office, 200):
        before = await get(client, people.enterprise, f"/v1/notices/{notice['id']}")
        assert before["status"] == ("lapsed" if ended == "lapsed" else "ended")
        place, payment = await pay_late(client, people, notice, value_date=value_date)
        waiting = await get(client, people.university, place)
        assert (waiting["status"], waiting["licence_id"], waiting["paid_fen"], waiting["to_be_confirmed_fen"]) == (
            "payment_to_be_confirmed", None, 0, DUE
        )  # fmt: skip
        assert waiting["status_reason"] == before["status_reason"]
        assert "confirm" in waiting["next_step"]
        assert "told late" in await inbox(client, people.university, "notice.payment_to_be_confirmed", notice["id"])
        confirmed = await post(client, people.university, f"{payment}/confirmation")
        assert (confirmed["status"], confirmed["confirmed_at"] is not None) == ("confirmed", True)
        assert "counts" in await inbox(client, people.enterprise, "notice.payment_confirmed", notice["id"])
        effective = await get(client, people.enterprise, place)
        assert (effective["status"], effective["status_reason"], effective["paid_fen"]) == ("effective", None, DUE)
        licence = await get(client, people.university, f"/v1/licences/{effective['licence_id']}")
        assert licence["effective_on"] == value_date
        assert set(licence["flags"]) - {"recordal_overdue"} == {"payment_told_late"}
        assert (licence["fee"]["lump_sum_fen"], licence["terms_hash"]) == (DUE, notice["terms_hash"])
        twice = await post(client, people.university, f"{payment}/confirmation", due=409)
        assert twice["code"] == "payment_not_in_state"
        late = await post(client, people.university, f"{payment}/contest", WHY, due=409)
        assert late["code"] == "payment_not_in_state"
    await assert_amounts_agree(app)


async def test_within_its_days_a_payment_needs_no_confirmation_and_a_day_later_it_does(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    notice = await give_notice(client, people.enterprise, declared)
    early = await give_notice(client, people.inventor, declared)
    since = day(app, 1)
    async with later(app, client, people.office, 16):
        assert (await pay(client, people.enterprise, notice, value_date=since))["status"] == "effective"
        late = await pay(client, people.inventor, early, value_date=day(app, -16))
        assert (late["status"], late["pay_by"] > day(app)) == ("payment_to_be_confirmed", True)


async def test_money_from_before_the_notice_counts_from_the_notice(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    at_once = await give_notice(client, people.enterprise, declared)
    settled = await pay(client, people.enterprise, at_once, value_date="2026-03-20")
    licence = await get(client, people.enterprise, f"/v1/licences/{settled['licence_id']}")
    assert (settled["status"], licence["effective_on"], licence["flags"]) == ("effective", at_once["given_on"], [])
    other = await give_notice(client, people.inventor, declared)
    async with later(app, client, people.office, 16):
        assert (await pay(client, people.inventor, other, value_date="2026-03-20"))["status"] == (
            "payment_to_be_confirmed"
        )


BEFORE: dict[str, tuple[int, int]] = {"given": (1, 20), "lapsed": (1, 40), "ended": (1, 50)}
ENDS: dict[str, tuple[str, ...]] = {
    "confirmed": ("university confirmation",),
    "confirmed after a contest": ("university contest", "university confirmation"),
    "contested no more": ("university contest", "university contest-withdrawal"),
    "contest dismissed": ("university contest", "office contest-decision dismissed"),
    "no answer, dismissed": ("office contest-decision dismissed",),
    "contest upheld": ("university contest", "office contest-decision upheld"),
    "no answer, upheld": ("office contest-decision upheld",),
    "withdrawn": ("enterprise withdrawal",),
    "withdrawn after a contest": ("university contest", "enterprise withdrawal"),
}
BODIES = {"contest": WHY, "contest-decision dismissed": FOUND, "contest-decision upheld": NOT_FOUND}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("end", ENDS)
async def test_a_payment_told_late_makes_the_licence_or_leaves_the_notice_as_it_would_be_without_it(
    client: httpx.AsyncClient, people: People, app: FastAPI, before: str, end: str
) -> None:
    declared = await declare(client, people.university)
    notice = await give_notice(client, people.enterprise, declared)
    paid_after, told_after = BEFORE[before]
    value_date = day(app, paid_after)
    if before == "ended":
        async with later(app, client, people.office, 10):
            await withdraw_declaration(client, people.university, declared, day(app))
    async with later(app, client, people.office, told_after):
        place, payment = await pay_late(client, people, notice, value_date=value_date)
        for act in ENDS[end]:
            who, step = act.split(" ", 1)
            assert (await get(client, people.enterprise, place))["status"] == "payment_to_be_confirmed"
            await post(client, getattr(people, who), f"{payment}/{step.split()[0]}", BODIES.get(step))
        counts = end in ("confirmed", "confirmed after a contest", "contested no more") or "dismissed" in end
        now = await get(client, people.enterprise, place)
        assert (now["status"], now["paid_fen"]) == (("effective", DUE) if counts else (before, 0))
        assert (now["licence_id"] is not None) == counts
        one = now["payments"][0]
        assert one["status"] == ("confirmed" if counts else "withdrawn" if "withdrawn" in end else "struck")
        for step, who in (("confirmation", people.university), ("contest", people.university),
                          ("contest-decision", people.office), ("withdrawal", people.enterprise)):  # fmt: skip
            body = {"contest": WHY, "contest-decision": NOT_FOUND}.get(step)
            again = await client.post(f"{payment}/{step}", json=body, headers=who.headers)
            assert again.status_code == 409, f"{step}: {again.text}"
    await assert_amounts_agree(app)


async def test_a_withdrawal_announced_meanwhile_ends_the_notice_only_if_the_payment_does_not_count(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    notices = {who: await give_notice(client, who, declared) for who in (people.enterprise, people.inventor)}
    value_date = day(app, 1)
    async with later(app, client, people.office, 20):
        places = {}
        for who, notice in notices.items():
            said = await pay(client, who, notice, value_date=value_date)
            places[who] = f"/v1/notices/{notice['id']}/payments/{said['payments'][0]['id']}"
        await withdraw_declaration(client, people.university, declared, day(app))
        waiting = await get(client, people.enterprise, f"/v1/notices/{notices[people.enterprise]['id']}")
        assert (waiting["status"], waiting["status_reason"]) == ("payment_to_be_confirmed", "withdrawal_announced")
        await post(client, people.university, f"{places[people.enterprise]}/confirmation")
        await post(client, people.office, f"{places[people.inventor]}/contest-decision", NOT_FOUND)
        made = await get(client, people.enterprise, f"/v1/notices/{notices[people.enterprise]['id']}")
        gone = await get(client, people.inventor, f"/v1/notices/{notices[people.inventor]['id']}")
        assert (made["status"], gone["status"], gone["status_reason"]) == ("effective", "ended", "withdrawal_announced")
        assert "withdrawn" in await inbox(client, people.inventor, "notice.ended", gone["id"])
        licence = await get(client, people.enterprise, f"/v1/licences/{made['licence_id']}")
        assert (licence["effective_on"], licence["flags"]) == (value_date, ["payment_told_late"])
