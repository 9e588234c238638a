"""A payer is asked back about more than is open, or recorded twice, and withdraws what it recorded by mistake."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, inbox, later
from tests.scenarios.files import pdf, upload_evidence
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import LUMP, ROYALTY, declare, withdraw_declaration
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases

DUE = 5_000_000
WHY = {"reason": "账户未收到该笔款项"}


async def taken(client: httpx.AsyncClient, people: People, who: Member, **fee: Any) -> dict[str, Any]:
    """Return an unpaid notice of a fresh open licence."""
    return await give_notice(client, who, await declare(client, people.university, LUMP | fee))


async def seen(client: httpx.AsyncClient, who: Member, place: str) -> dict[str, Any]:
    return dict((await client.get(place, headers=who.headers)).json())


async def test_a_hundred_times_the_amount_due_is_asked_back_and_recorded_only_if_it_is_meant(
    client: httpx.AsyncClient, people: People
) -> None:
    notice = await taken(client, people, people.enterprise)
    for amount in (100 * DUE, DUE + 1):
        asked = await pay(client, people.enterprise, notice, due=409, amount_fen=amount)
        assert (asked["code"], str(DUE) in asked["detail"]) == ("confirm_overpayment", True)
    assert (await seen(client, people.enterprise, f"/v1/notices/{notice['id']}"))["payments"] == []
    await pay(client, people.enterprise, notice, due=422, amount_fen=100 * DUE, confirm_overpayment="yes")
    part = await pay(client, people.enterprise, notice, amount_fen=DUE - 1)
    assert (await pay(client, people.enterprise, part, due=409, amount_fen=2))["code"] == "confirm_overpayment"
    meant = await pay(client, people.enterprise, part, amount_fen=2, confirm_overpayment=True)
    assert (meant["status"], meant["paid_fen"]) == ("effective", DUE + 1)


async def test_later_payments_are_asked_back_beyond_all_that_is_open(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    yearly = await taken(client, people, people.enterprise, lump_sum_per="year")
    place = f"/v1/licences/{(await pay(client, people.enterprise, yearly))['licence_id']}"
    years = (await seen(client, people.enterprise, place))["instalments"]
    left = sum(one["open_fen"] for one in years)
    body = {"value_date": day(app), "evidence_files": [await upload_evidence(client, people.enterprise)]}
    asked = await post(client, people.enterprise, f"{place}/payments", body | {"amount_fen": left + 1}, due=409)
    assert asked["code"] == "confirm_overpayment"
    ahead = await post(client, people.enterprise, f"{place}/payments", body | {"amount_fen": left})
    assert ahead["surplus_fen"] == 0
    royalty = await give_notice(client, people.inventor, await declare(client, people.university, ROYALTY),
                            ends_on=day(app, 1), net_sales_fen=1)  # fmt: skip
    place = f"/v1/licences/{royalty['licence_id']}"
    async with later(app, client, people.office, 2):
        await post(client, people.inventor, f"{place}/royalty-reports", {"period": 1, "use": 1_000_000})
        body = {"value_date": day(app), "period": 1, "evidence_files": [await upload_evidence(client, people.inventor)]}
        asked = await post(client, people.inventor, f"{place}/payments", body | {"amount_fen": 3_000_000}, due=409)
        assert asked["code"] == "confirm_overpayment"
        await post(client, people.inventor, f"{place}/payments", body | {"amount_fen": 30_000})


async def test_one_voucher_pays_three_notices_if_its_payer_says_so_each_time(
    client: httpx.AsyncClient, people: People
) -> None:
    notices = [await taken(client, people, people.enterprise) for _ in range(3)]
    voucher = [await upload_evidence(client, people.enterprise)]
    first = await pay(client, people.enterprise, notices[0], evidence_files=voucher)
    assert first["payments"][0]["is_another_payment"] is False
    before = first
    for notice in notices[1:]:
        asked = await pay(client, people.enterprise, notice, due=409, evidence_files=voucher)
        assert (asked["code"], before["payments"][0]["id"] in asked["detail"]) == ("payment_repeated", True)
        before = meant = await pay(client, people.enterprise, notice, evidence_files=voucher, is_another_payment=True)
        assert (meant["status"], meant["payments"][0]["is_another_payment"]) == ("effective", True)


async def test_a_voucher_is_known_by_its_bytes_and_to_its_payer_alone(
    client: httpx.AsyncClient, people: People
) -> None:
    content = pdf(f"one voucher {people.enterprise.token[-9:]}")
    for who, code in ((people.enterprise, None), (people.enterprise, "payment_repeated"), (people.inventor, None)):
        notice = await taken(client, people, who)
        files = [await upload_evidence(client, who), await upload_evidence(client, who, content)]
        said = await pay(client, who, notice, due=409 if code else None, evidence_files=files)
        assert said.get("code") == code
    contested = await taken(client, people, people.enterprise)
    settled = await pay(client, people.enterprise, contested)
    place = f"/v1/notices/{contested['id']}/payments/{settled['payments'][0]['id']}"
    next_voucher = content + b"%%"
    shown = [await upload_evidence(client, people.university, next_voucher)]
    await post(client, people.university, f"{place}/contest", WHY | {"evidence_files": shown})
    files = [await upload_evidence(client, people.enterprise, next_voucher)]
    await pay(client, people.enterprise, await taken(client, people, people.enterprise), evidence_files=files)


async def test_the_same_reference_with_amount_and_day_is_a_repetition_and_any_other_is_not(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    same: dict[str, Any] = {"reference": f"ref {people.enterprise.token[-12:]}", "value_date": "2026-04-01",
                            "amount_fen": 1_000_000}  # fmt: skip
    notice = await taken(client, people, people.enterprise)
    part = await pay(client, people.enterprise, notice, **same)
    for other in (notice, await taken(client, people, people.enterprise)):
        asked = await pay(client, people.enterprise, other, due=409, **same)
        assert asked["code"] == "payment_repeated"
    for differs in ({"reference": "another"}, {"value_date": "2026-04-02"}, {"amount_fen": 999_999}):
        await pay(client, people.enterprise, notice, **same | differs)
    await pay(client, people.inventor, await taken(client, people, people.inventor), **same)
    place = f"/v1/notices/{notice['id']}/payments/{part['payments'][0]['id']}"
    await post(client, people.enterprise, f"{place}/withdrawal")
    await pay(client, people.enterprise, notice, **same)
    yearly = await taken(client, people, people.enterprise, lump_sum_per="year")
    settled = await pay(client, people.enterprise, yearly)
    later_one = same | {"value_date": day(app), "evidence_files": [await upload_evidence(client, people.enterprise)]}
    for due, code in ((None, None), (409, "payment_repeated")):
        where = f"/v1/licences/{settled['licence_id']}/payments"
        said = await post(client, people.enterprise, where, later_one, due)
        assert said.get("code") == code


async def at_once(client: httpx.AsyncClient, asks: list[tuple[Member, str, Any]]) -> list[int]:
    """Return the answers' statuses to what is sent at one moment."""
    sent = [client.post(place, json=body, headers=who.headers) for who, place, body in asks]
    return [answer.status_code for answer in await asyncio.gather(*sent)]


async def test_one_voucher_sent_for_two_patents_at_once_is_asked_back_once(
    client: httpx.AsyncClient, people: People
) -> None:
    notices = [await taken(client, people, people.enterprise) for _ in range(3)]
    body = {"amount_fen": DUE, "value_date": notices[0]["given_on"],
            "evidence_files": [await upload_evidence(client, people.enterprise)]}  # fmt: skip
    asks = [(people.enterprise, f"/v1/notices/{one['id']}/payments", body) for one in notices]
    assert sorted(await at_once(client, asks)) == [201, 409, 409]


async def test_a_payment_and_the_withdrawal_of_its_notice_at_once_leave_one_of_them(
    client: httpx.AsyncClient, people: People
) -> None:
    for _ in range(3):
        notice = await taken(client, people, people.enterprise)
        place = f"/v1/notices/{notice['id']}"
        body = {"amount_fen": DUE, "value_date": notice["given_on"],
                "evidence_files": [await upload_evidence(client, people.enterprise)]}  # fmt: skip
        asks = [(people.enterprise, f"{place}/payments", body), (people.enterprise, f"{place}/withdrawal", None)]
        statuses = await at_once(client, asks)
        now = await seen(client, people.enterprise, place)
        assert (statuses, now["status"]) in (([201, 409], "effective"), ([409, 200], "ended"))
        assert (now["licence_id"] is not None) == (statuses[0] == 201)


async def test_a_payment_confirmed_twice_and_withdrawn_at_once_makes_one_licence_or_none(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await taken(client, people, people.enterprise)
    value_date = day(app)
    async with later(app, client, people.office, 16):
        said = await pay(client, people.enterprise, notice, value_date=value_date)
        payment = f"/v1/notices/{notice['id']}/payments/{said['payments'][0]['id']}"
        asks = [(people.university, f"{payment}/confirmation", None)] * 2
        statuses = await at_once(client, [*asks, (people.enterprise, f"{payment}/withdrawal", None)])
        assert sorted(statuses) == [200, 409, 409]
        now = await seen(client, people.enterprise, f"/v1/notices/{notice['id']}")
        assert now["status"] == ("given" if statuses[2] == 200 else "effective")


async def test_an_unpaid_notice_is_withdrawn_and_no_payment_brings_it_back(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    notice = await give_notice(client, people.enterprise, declared)
    place = f"/v1/notices/{notice['id']}"
    await pay(client, people.enterprise, notice, amount_fen=1_000_000)  # in part: no licence yet
    for who, due in ((people.university, 403), (people.office, 403), (people.inventor, 404)):
        await post(client, who, f"{place}/withdrawal", due=due)
    ended = await post(client, people.enterprise, f"{place}/withdrawal")
    assert (ended["status"], ended["status_reason"]) == ("ended", "withdrawn")
    assert "withdrew" in await inbox(client, people.university, "notice.ended", notice["id"])
    assert (await post(client, people.enterprise, f"{place}/withdrawal", due=409))["code"] == "notice_not_in_state"
    refused = await pay(client, people.enterprise, notice, due=409, amount_fen=4_000_000)
    assert refused["code"] == "notice_not_in_state"
    await give_notice(client, people.enterprise, declared)
    async with later(app, client, people.office, 40):
        await withdraw_declaration(client, people.university, declared, day(app))
        refused = await pay(client, people.enterprise, notice, due=409, amount_fen=4_000_000)
        assert refused["code"] == "notice_not_in_state"
    now = await seen(client, people.enterprise, place)
    assert (now["status"], now["status_reason"], now["licence_id"]) == ("ended", "withdrawn", None)


async def test_what_is_paid_or_over_is_not_withdrawn(client: httpx.AsyncClient, people: People, app: FastAPI) -> None:
    effective, lapsed = await taken(client, people, people.enterprise), await taken(client, people, people.enterprise)
    await pay(client, people.enterprise, effective)
    async with later(app, client, people.office, 31):
        for notice in (effective, lapsed):
            refused = await post(client, people.enterprise, f"/v1/notices/{notice['id']}/withdrawal", due=409)
            assert refused["code"] == "notice_not_in_state"


async def test_a_payer_withdraws_a_payment_while_no_licence_rests_on_it(
    client: httpx.AsyncClient, people: People
) -> None:
    notice = await taken(client, people, people.enterprise)
    place, voucher = f"/v1/notices/{notice['id']}", [await upload_evidence(client, people.enterprise)]
    part = await pay(client, people.enterprise, notice, amount_fen=1_000, evidence_files=voucher)
    payment = f"{place}/payments/{part['payments'][0]['id']}"
    for who, due in ((people.university, 403), (people.office, 403), (people.inventor, 404)):
        await post(client, who, f"{payment}/withdrawal", due=due)
    gone = await post(client, people.enterprise, f"{payment}/withdrawal")
    assert gone["status"] == "withdrawn"
    assert "withdrew" in await inbox(client, people.university, "notice.payment_withdrawn", notice["id"])
    now = await seen(client, people.enterprise, place)
    assert (now["status"], now["paid_fen"], now["open_fen"]) == ("given", 0, DUE)
    again = await post(client, people.enterprise, f"{payment}/withdrawal", due=409)
    assert again["code"] == "payment_not_in_state"
    settled = await pay(client, people.enterprise, notice, evidence_files=voucher)
    assert (settled["status"], settled["paid_fen"]) == ("effective", DUE)
    payment = f"{place}/payments/{settled['payments'][1]['id']}"
    kept = await post(client, people.enterprise, f"{payment}/withdrawal", due=409)
    assert kept["code"] == "payment_relied_on"
    licence = f"/v1/licences/{settled['licence_id']}"
    chain = (await seen(client, people.enterprise, f"{licence}/certificate"))["chain"]
    assert [link["reference"] for link in chain if link["step"] == "payment_made"] == [payment.rsplit("/", 1)[1]]


@pytest.mark.parametrize("kept", ["", "contested", "too late"])
async def test_a_later_payment_is_withdrawn_until_it_is_contested_or_beyond_contest_and_is_owed_again(
    client: httpx.AsyncClient, people: People, app: FastAPI, kept: str
) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university, ROYALTY),
                           ends_on=day(app, 1), net_sales_fen=1)  # fmt: skip
    place = f"/v1/licences/{notice['licence_id']}"
    async with later(app, client, people.office, 2):
        await post(client, people.enterprise, f"{place}/royalty-reports", {"period": 1, "use": 1_000_000})
        body = {"amount_fen": 30_000, "value_date": day(app), "period": 1,
                "evidence_files": [await upload_evidence(client, people.enterprise)]}  # fmt: skip
        licence = await post(client, people.enterprise, f"{place}/payments", body)
        paper = await seen(client, people.enterprise, f"{place}/certificate")
        payment = f"/v1/notices/{notice['id']}/payments/{licence['payments'][0]['id']}"
        if kept == "contested":
            await post(client, people.university, f"{payment}/contest", WHY)
    async with later(app, client, people.office, 18 if kept == "too late" else 17):
        said = await post(client, people.enterprise, f"{payment}/withdrawal", due=409 if kept else None)
        assert said.get("code") == ("payment_relied_on" if kept else None)
        reports = (await seen(client, people.university, f"{place}/royalty-reports"))["items"]
        assert [one["open_fen"] for one in reports] == [0 if kept else 30_000]
        chain = (await seen(client, people.enterprise, f"{place}/certificate"))["chain"]
        assert (chain[-1]["step"] == "payment_withdrawn") == (not kept)
        known = await client.get(f"{place}/certificate/verification", params={"hash": paper["hash"]})
        assert known.status_code == 200


async def test_who_must_not_see_a_notice_learns_nothing_of_its_payments(
    client: httpx.AsyncClient, people: People
) -> None:
    notice = await taken(client, people, people.enterprise)
    part = await pay(client, people.enterprise, notice, amount_fen=1_000)
    stranger = await register_organisation(client, "enterprise")
    place = f"/v1/notices/{notice['id']}/payments"
    for payment in (part["payments"][0]["id"], "pay_01h455vb4pex5vsknk084sn02q"):
        for step in ("withdrawal", "confirmation"):
            refused = await post(client, stranger, f"{place}/{payment}/{step}", due=404)
            assert refused["code"] == "no_such_notice"
    early = await post(client, people.university, f"{place}/{part['payments'][0]['id']}/confirmation", due=409)
    assert early["code"] == "payment_not_in_state"
    early = await post(client, people.university, f"{place}/{part['payments'][0]['id']}/contest", WHY, due=409)
    assert early["code"] == "notice_not_in_state"


async def test_nobody_records_and_withdraws_payments_without_end(client: httpx.AsyncClient, people: People) -> None:
    notice = await taken(client, people, people.enterprise)
    place, body = f"/v1/notices/{notice['id']}/payments", {"amount_fen": 1, "value_date": notice["given_on"]}
    body |= {"evidence_files": [await upload_evidence(client, people.enterprise)]}
    for number in range(21):
        said = await post(client, people.enterprise, place, body)
        gone = f"{place}/{said['payments'][-1]['id']}/withdrawal"
        refused = await post(client, people.enterprise, gone, due=409 if number == 20 else None)
    assert refused["code"] == "too_many_withdrawn"
