"""A payment told long after its value date makes no licence until its licensor confirms it or an office decides."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.fsck.checking import Line, Site
from backend.fsck.licensing_checks import payments
from backend.licensing.payment_rules import is_told_late, paid_on
from tests import factories
from tests.factories import Member
from tests.licensing.conftest import People
from tests.licensing.days import day, inbox, later
from tests.licensing.made import LUMP, announced, noticed, paid, post, withdrawn
from tests.rights.made import evidence

WHY = {"reason": "账户未收到该笔款项"}
DUE = 5_000_000
FOUND = {"outcome": "dismissed", "reason": "银行回单显示已到账"}
NOT_FOUND = {"outcome": "upheld", "reason": "无到账记录"}


async def seen(client: httpx.AsyncClient, who: Member, place: str) -> dict[str, Any]:
    answer = await client.get(place, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def told(client: httpx.AsyncClient, people: People, notice: dict[str, Any], **fields: Any) -> tuple[str, str]:
    """Give the addresses of the notice and of its payment, told late."""
    said = await paid(client, people.enterprise, notice, **fields)
    place = f"/v1/notices/{notice['id']}"
    return place, f"{place}/payments/{said['payments'][-1]['id']}"


async def consistent(app: FastAPI) -> None:
    line = Line("amounts paid")
    await payments(Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True), line)
    assert line.differences == 0, line.examples


def test_days_are_counted_from_the_value_date_or_from_the_notice_where_that_came_later() -> None:
    given, today = date(2026, 4, 1), date(2026, 4, 16)
    late = [is_told_late(date(2026, month, 1), given, today, 15) for month in (1, 4)]
    assert late == [False, False]
    assert is_told_late(date(2026, 1, 1), given, date(2026, 4, 17), 15)
    assert not is_told_late(date(2026, 4, 2), given, date(2026, 4, 17), 15)
    assert is_told_late(date(2026, 4, 2), given, date(2026, 4, 3), 0)
    assert not is_told_late(date(2026, 4, 3), date(2099, 1, 1), date(2026, 4, 3), 0)  # a clock that was put back


def test_enough_is_there_with_the_last_part_of_what_is_due() -> None:
    parts = [(date(2026, 4, 9), 2), (date(2026, 4, 1), 3), (date(2026, 4, 5), 1)]
    assert [paid_on(parts, due) for due in (3, 4, 6)] == [date(2026, 4, 1), date(2026, 4, 5), date(2026, 4, 9)]
    with pytest.raises(LookupError):
        paid_on(parts, 7)


@pytest.mark.parametrize("ended", ["lapsed", "withdrawn", "terminated"])
async def test_200_days_after_its_notice_ended_a_payment_makes_no_licence_until_the_licensor_confirms_it(
    client: httpx.AsyncClient, people: People, app: FastAPI, ended: str
) -> None:
    declared = await announced(client, people.university)
    notice = await noticed(client, people.enterprise, declared)
    value_date = day(app, 5)
    async with later(app, client, people.office, 20):
        if ended == "withdrawn":
            await withdrawn(client, people.university, declared, day(app))
        elif ended == "terminated":
            said = {"on": day(app), "reason": "未按规定撤回"}
            await post(client, people.office, f"/v1/open-licences/{declared['id']}/termination", said)
    async with later(app, client, people.office, 200):
        before = await seen(client, people.enterprise, f"/v1/notices/{notice['id']}")
        assert before["status"] == ("lapsed" if ended == "lapsed" else "ended")
        place, payment = await told(client, people, notice, value_date=value_date)
        waiting = await seen(client, people.university, place)
        assert (waiting["status"], waiting["licence_id"], waiting["paid_fen"], waiting["to_be_confirmed_fen"]) == (
            "payment_to_be_confirmed", None, 0, DUE
        )  # fmt: skip
        assert waiting["status_reason"] == before["status_reason"]
        assert "confirm" in waiting["next_step"]
        assert "told late" in await inbox(client, people.university, "notice.payment_to_be_confirmed", notice["id"])
        confirmed = await post(client, people.university, f"{payment}/confirmation")
        assert (confirmed["status"], confirmed["confirmed_at"] is not None) == ("confirmed", True)
        assert "counts" in await inbox(client, people.enterprise, "notice.payment_confirmed", notice["id"])
        effective = await seen(client, people.enterprise, place)
        assert (effective["status"], effective["status_reason"], effective["paid_fen"]) == ("effective", None, DUE)
        licence = await seen(client, people.university, f"/v1/licences/{effective['licence_id']}")
        assert licence["effective_on"] == value_date
        assert set(licence["flags"]) - {"recordal_overdue"} == {"payment_told_late"}
        assert (licence["fee"]["lump_sum_fen"], licence["terms_hash"]) == (DUE, notice["terms_hash"])
        twice = await post(client, people.university, f"{payment}/confirmation", due=409)
        assert twice["code"] == "payment_not_in_state"
        late = await post(client, people.university, f"{payment}/contest", WHY, due=409)
        assert late["code"] == "payment_not_in_state"
    await consistent(app)


async def test_within_its_days_a_payment_needs_no_confirmation_and_a_day_later_it_does(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await announced(client, people.university)
    notice = await noticed(client, people.enterprise, declared)
    early = await noticed(client, people.inventor, declared)
    since = day(app, 1)
    async with later(app, client, people.office, 16):
        assert (await paid(client, people.enterprise, notice, value_date=since))["status"] == "effective"
        late = await paid(client, people.inventor, early, value_date=day(app, -16))
        assert (late["status"], late["pay_by"] > day(app)) == ("payment_to_be_confirmed", True)


async def test_money_from_before_the_notice_counts_from_the_notice(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await announced(client, people.university)
    at_once = await noticed(client, people.enterprise, declared)
    settled = await paid(client, people.enterprise, at_once, value_date="2026-03-20")
    licence = await seen(client, people.enterprise, f"/v1/licences/{settled['licence_id']}")
    assert (settled["status"], licence["effective_on"], licence["flags"]) == ("effective", at_once["given_on"], [])
    other = await noticed(client, people.inventor, declared)
    async with later(app, client, people.office, 16):
        assert (await paid(client, people.inventor, other, value_date="2026-03-20"))["status"] == (
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
    declared = await announced(client, people.university)
    notice = await noticed(client, people.enterprise, declared)
    paid_after, told_after = BEFORE[before]
    value_date = day(app, paid_after)
    if before == "ended":
        async with later(app, client, people.office, 10):
            await withdrawn(client, people.university, declared, day(app))
    async with later(app, client, people.office, told_after):
        place, payment = await told(client, people, notice, value_date=value_date)
        for act in ENDS[end]:
            who, step = act.split(" ", 1)
            assert (await seen(client, people.enterprise, place))["status"] == "payment_to_be_confirmed"
            await post(client, getattr(people, who), f"{payment}/{step.split()[0]}", BODIES.get(step))
        counts = end in ("confirmed", "confirmed after a contest", "contested no more") or "dismissed" in end
        now = await seen(client, people.enterprise, place)
        assert (now["status"], now["paid_fen"]) == (("effective", DUE) if counts else (before, 0))
        assert (now["licence_id"] is not None) == counts
        one = now["payments"][0]
        assert one["status"] == ("confirmed" if counts else "withdrawn" if "withdrawn" in end else "struck")
        for step, who in (("confirmation", people.university), ("contest", people.university),
                          ("contest-decision", people.office), ("withdrawal", people.enterprise)):  # fmt: skip
            body = {"contest": WHY, "contest-decision": NOT_FOUND}.get(step)
            again = await client.post(f"{payment}/{step}", json=body, headers=who.headers)
            assert again.status_code == 409, f"{step}: {again.text}"
    await consistent(app)


async def test_a_withdrawal_announced_meanwhile_ends_the_notice_only_if_the_payment_does_not_count(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await announced(client, people.university)
    notices = {who: await noticed(client, who, declared) for who in (people.enterprise, people.inventor)}
    value_date = day(app, 1)
    async with later(app, client, people.office, 20):
        places = {}
        for who, notice in notices.items():
            said = await paid(client, who, notice, value_date=value_date)
            places[who] = f"/v1/notices/{notice['id']}/payments/{said['payments'][0]['id']}"
        await withdrawn(client, people.university, declared, day(app))
        waiting = await seen(client, people.enterprise, f"/v1/notices/{notices[people.enterprise]['id']}")
        assert (waiting["status"], waiting["status_reason"]) == ("payment_to_be_confirmed", "withdrawal_announced")
        await post(client, people.university, f"{places[people.enterprise]}/confirmation")
        await post(client, people.office, f"{places[people.inventor]}/contest-decision", NOT_FOUND)
        made = await seen(client, people.enterprise, f"/v1/notices/{notices[people.enterprise]['id']}")
        gone = await seen(client, people.inventor, f"/v1/notices/{notices[people.inventor]['id']}")
        assert (made["status"], gone["status"], gone["status_reason"]) == ("effective", "ended", "withdrawal_announced")
        assert "withdrawn" in await inbox(client, people.inventor, "notice.ended", gone["id"])
        licence = await seen(client, people.enterprise, f"/v1/licences/{made['licence_id']}")
        assert (licence["effective_on"], licence["flags"]) == (value_date, ["payment_told_late"])


async def test_who_may_confirm_and_who_may_decide(client: httpx.AsyncClient, people: People, app: FastAPI) -> None:
    notice = await noticed(client, people.enterprise, await announced(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 16):
        _, payment = await told(client, people, notice, value_date=value_date)
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
    authority = await factories.organisation(client, "authority")
    notice = await noticed(client, authority, await announced(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 16):
        said = await paid(client, authority, notice, value_date=value_date)
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
    declared = await announced(client, people.university)
    notice = await noticed(client, people.enterprise, declared)
    contested = await noticed(client, people.inventor, declared)
    value_date = day(app)
    sides = (people.university, people.enterprise, people.office)
    kind = "notice.confirmation_overdue"
    async with later(app, client, people.office, 16):
        await told(client, people, notice, value_date=value_date)
        said = await paid(client, people.inventor, contested, value_date=value_date)
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
    declared = await announced(client, people.university)
    notice = await noticed(client, people.enterprise, declared)
    value_date = day(app)
    async with later(app, client, people.office, 40):
        place, payment = await told(client, people, notice, value_date=value_date)
        assert (await noticed(client, people.enterprise, declared, due=409))["code"] == "already_taken"
        assert (await post(client, people.enterprise, f"{place}/withdrawal", due=409))["code"] == "notice_not_in_state"
        await post(client, people.enterprise, f"{payment}/withdrawal")
        await noticed(client, people.enterprise, declared)
        again = await paid(client, people.enterprise, notice, due=409, value_date=value_date)
        assert again["code"] == "already_taken"


async def test_parts_told_in_time_and_late_make_the_licence_together_by_their_value_dates(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await noticed(client, people.enterprise, await announced(client, people.university))
    place = f"/v1/notices/{notice['id']}"
    await paid(client, people.enterprise, notice, amount_fen=2_000_000)
    value_date = day(app, 2)
    async with later(app, client, people.office, 28):
        _, part = await told(client, people, notice, amount_fen=1_000_000, value_date=value_date)
        await post(client, people.university, f"{part}/confirmation")
        waits = await seen(client, people.enterprise, place)
        assert (waits["status"], waits["paid_fen"], waits["open_fen"]) == ("given", 3_000_000, 2_000_000)
        _, last = await told(client, people, notice, amount_fen=2_000_000, value_date=value_date)
        asked = await paid(client, people.enterprise, notice, due=409, amount_fen=2_000_000, value_date=day(app))
        assert asked["code"] == "confirm_overpayment"  # what waits is told already
        settled = await paid(client, people.enterprise, notice, amount_fen=2_000_000, value_date=day(app),
                             confirm_overpayment=True)  # fmt: skip
        licence = await seen(client, people.enterprise, f"/v1/licences/{settled['licence_id']}")
        assert (settled["status"], licence["effective_on"]) == ("effective", day(app))
        await post(client, people.university, f"{last}/confirmation")
        now = await seen(client, people.enterprise, place)
        licence = await seen(client, people.enterprise, f"/v1/licences/{settled['licence_id']}")
        assert (now["status"], now["paid_fen"], licence["surplus_fen"]) == ("effective", 7_000_000, 2_000_000)
        assert [one["status"] for one in now["payments"]] == ["recorded", "confirmed", "confirmed", "recorded"]
    await consistent(app)


async def test_a_part_that_was_told_under_a_clock_put_back_since_counts_for_the_licence(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await noticed(client, people.enterprise, await announced(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 10):
        await paid(client, people.enterprise, notice, amount_fen=2_000_000, value_date=value_date)
    settled = await paid(client, people.enterprise, notice, amount_fen=3_000_000, value_date=value_date)
    assert settled["status"] == "effective"
    await consistent(app)
    place = f"/v1/notices/{notice['id']}/payments/{settled['payments'][-1]['id']}"
    await post(client, people.university, f"{place}/contest", WHY)
    licence = await seen(client, people.enterprise, f"/v1/licences/{settled['licence_id']}")
    assert licence["status"] == "contested"


@pytest.mark.parametrize("first", ["confirmation", "withdrawal"])
async def test_of_two_answers_one_is_too_late_and_the_notice_says_the_other(
    client: httpx.AsyncClient, people: People, app: FastAPI, first: str
) -> None:
    notice = await noticed(client, people.enterprise, await announced(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 16):
        place, payment = await told(client, people, notice, value_date=value_date)
        asks = {"confirmation": people.university, "withdrawal": people.enterprise}
        for step in sorted(asks, key=lambda step: step != first):
            answer = await client.post(f"{payment}/{step}", headers=asks[step].headers)
            assert answer.status_code == (200 if step == first else 409), answer.text
        now = await seen(client, people.enterprise, place)
        assert now["status"] == ("effective" if first == "confirmation" else "given")


async def test_a_right_that_ended_before_the_payment_bars_the_licence_and_its_payer_may_withdraw(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await announced(client, people.university, LUMP)
    notice = await noticed(client, people.enterprise, declared)
    value_date = day(app, 10)
    gone = {"kind": "lapsed", "effective_on": day(app, 5), "source": "专利公报"}
    async with later(app, client, people.office, 40):
        place, payment = await told(client, people, notice, value_date=value_date)
        await post(client, people.office, f"/v1/patents/{declared['patent_id']}/legal-events", gone)
        refused = await post(client, people.university, f"{payment}/confirmation", due=409)
        assert refused["code"] == "open_licence_not_available"
        assert (await seen(client, people.enterprise, place))["status"] == "payment_to_be_confirmed"
        await post(client, people.enterprise, f"{payment}/withdrawal")
        assert (await seen(client, people.enterprise, place))["status"] == "lapsed"


async def test_what_the_licensor_shows_in_a_contest_is_read_by_both_sides(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await noticed(client, people.enterprise, await announced(client, people.university))
    value_date = day(app)
    async with later(app, client, people.office, 16):
        _, payment = await told(client, people, notice, value_date=value_date)
        shown = await evidence(client, people.university)
        said = await post(client, people.university, f"{payment}/contest", WHY | {"evidence_files": [shown]})
        assert (said["status"], said["contest_reason"]) == ("to_be_confirmed", WHY["reason"])
        assert shown in [one["id"] for one in said["evidence_files"]]
        assert (await client.get(f"/v1/files/{shown}", headers=people.enterprise.headers)).status_code == 200
        assert (await client.get(f"/v1/files/{shown}", headers=people.inventor.headers)).status_code == 404
        twice = await post(client, people.university, f"{payment}/contest", WHY, due=409)
        assert twice["code"] == "licence_not_in_state"
