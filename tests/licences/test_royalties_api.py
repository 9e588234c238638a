"""Royalty reports at the door: periods, amounts by the terms, corrections, payments, what is overdue."""

from typing import Any

import httpx
from fastapi import FastAPI

from backend.core.consistency import Line, Site
from backend.open_licences.consistency_checks import payments
from tests.licences.conftest import People
from tests.licences.days import day, later
from tests.scenarios.files import upload_evidence
from tests.scenarios.notices import give_notice
from tests.scenarios.open_licences import ROYALTY, declare
from tests.scenarios.requests import post

STEPPED = ROYALTY | {  # quarters have 89 to 92 days: with 40 to pay in, what is paid late depends on none of them
    "reporting": "quarterly", "payment_days": 40, "steps": [{"by": "volume", "above": 10_000_000, "rate_bp": 100}],
}  # fmt: skip


async def licensed(client: httpx.AsyncClient, people: People, **fields: Any) -> str:
    """Return the address of a licence of the enterprise under stepped royalties."""
    declared = await declare(client, people.university, STEPPED)
    notice = await give_notice(client, people.enterprise, declared, net_sales_fen=1_000_000, **fields)
    return f"/v1/licences/{notice['licence_id']}"


async def reports(client: httpx.AsyncClient, people: People, place: str) -> list[dict[str, Any]]:
    """Return the licence's reporting periods."""
    answer = await client.get(f"{place}/royalty-reports", headers=people.university.headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def submit_report(client: httpx.AsyncClient, people: People, place: str, period: int, use: int) -> dict[str, Any]:
    """Return the report of a period, submitted."""
    return dict(await post(client, people.enterprise, f"{place}/royalty-reports", {"period": period, "use": use}))


async def test_use_is_reported_period_by_period_once_each_is_over(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place = await licensed(client, people, ends_on=day(app, 150))
    first, second = await reports(client, people, place)
    assert (first["period"], first["starts_on"], first["state"], first["use"]) == (1, day(app), "to_come", None)
    assert (second["period"], second["ends_on"]) == (2, day(app, 150))
    assert second["report_due_on"] == day(app, 180)
    address = f"{place}/royalty-reports"
    early = await post(client, people.enterprise, address, {"period": 1, "use": 1}, due=409)
    assert early["code"] == "period_not_over"
    for period in (3, 200):
        none = await post(client, people.enterprise, address, {"period": period, "use": 1}, due=404)
        assert none["code"] == "no_such_report"
    refused = await post(client, people.university, address, {"period": 1, "use": 1}, due=403)
    assert refused["code"] == "licensing_step_not_yours"
    await post(client, people.inventor, address, {"period": 1, "use": 1}, due=404)
    async with later(app, client, people.office, 151):
        gap = await post(client, people.enterprise, address, {"period": 2, "use": 1}, due=409)
        assert gap["code"] == "earlier_report_missing"
        await submit_report(client, people, place, 1, 1)
        twice = await post(client, people.enterprise, address, {"period": 1, "use": 1}, due=409)
        assert twice["code"] == "report_there"


async def test_amounts_follow_the_terms_and_a_correction_the_years_later_ones(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place = await licensed(client, people, ends_on=day(app, 150))
    async with later(app, client, people.office, 151):
        first = await submit_report(client, people, place, 1, 8_000_000)
        assert (first["amount_fen"], first["state"]) == (240_000, "submitted")  # 3 % of 80,000 yuan
        second = await submit_report(client, people, place, 2, 8_000_000)
        assert second["amount_fen"] == 60_000 + 60_000  # 3 % up to 100,000 yuan in the year, 1 % of the other 60,000
        assert second["pay_by"] == day(app, 40)
        place_of = f"{place}/royalty-reports/{first['id']}/correction"
        said = {"use": 10_000_000, "reason": "漏报一批销售"}
        corrected = await post(client, people.enterprise, place_of, said)
        assert (corrected["use"], corrected["amount_fen"]) == (10_000_000, 300_000)
        assert [(one["use"], one["amount_fen"], one["reason"]) for one in corrected["corrections"]] == [
            (8_000_000, 240_000, "漏报一批销售")
        ]
        assert [one["amount_fen"] for one in await reports(client, people, place)] == [300_000, 80_000]
        await post(client, people.university, place_of, said, due=403)


async def test_a_payment_counts_against_the_period_that_it_names(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place = await licensed(client, people, ends_on=day(app, 1))
    body: dict[str, Any] = {"amount_fen": 100_000, "period": 1,
                            "evidence_files": [await upload_evidence(client, people.enterprise)]}  # fmt: skip
    async with later(app, client, people.office, 2):
        body["value_date"] = day(app)
        unreported = await post(client, people.enterprise, f"{place}/payments", body, due=404)
        assert unreported["code"] == "no_such_report"
        await submit_report(client, people, place, 1, 8_000_000)
        await post(client, people.university, f"{place}/payments", body, due=403)
        future = await post(client, people.enterprise, f"{place}/payments", body | {"value_date": day(app, 1)}, due=422)
        assert future["code"] == "value_date_wrong"
        part = await post(client, people.enterprise, f"{place}/payments", body)
        assert [(one["period"], one["amount_fen"]) for one in part["payments"]] == [(1, 100_000)]
        report = (await reports(client, people, place))[0]
        assert (report["state"], report["paid_fen"], report["open_fen"]) == ("submitted", 100_000, 140_000)
        await post(
            client, people.enterprise, f"{place}/payments", body | {"amount_fen": 140_000, "is_another_payment": True}
        )
        assert (await reports(client, people, place))[0]["state"] == "paid"


async def overdue(client: httpx.AsyncClient, people: People, place: str) -> list[tuple[int, str]]:
    """Return the licence's periods in the holder's list of what is overdue."""
    asked = {"role": "licensor", "overdue": True, "limit": 100}
    answer = await client.get("/v1/royalty-reports", params=asked, headers=people.university.headers)
    assert answer.status_code == 200, answer.text
    items = [one for one in answer.json()["items"] if one["licence_id"] == place.rsplit("/", 1)[1]]
    return [(one["period"], one["state"]) for one in items]


async def test_the_holder_sees_what_is_overdue_and_nothing_after_the_licences_end(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place = await licensed(client, people, ends_on=day(app, 150))
    given_up = await licensed(client, people)
    ended = {"on": day(app), "reason": "停止生产相关产品"}
    assert await overdue(client, people, place) == []
    async with later(app, client, people.office, 151):
        assert await overdue(client, people, place) == [(1, "overdue")]
        await submit_report(client, people, place, 1, 8_000_000)
        stopped = await post(client, people.enterprise, f"{given_up}/termination", ended | {"on": day(app)})
        assert stopped["status"] == "terminated"
        assert [one["period"] for one in await reports(client, people, given_up)] == [1, 2]
        assert (await reports(client, people, given_up))[1]["ends_on"] == day(app, -1)
    async with later(app, client, people.office, 182):
        assert await overdue(client, people, place) == [(1, "payment_overdue"), (2, "overdue")]
        mine = await client.get(
            "/v1/royalty-reports", params={"role": "licensee", "overdue": True, "limit": 100},
            headers=people.university.headers,
        )  # fmt: skip
        assert mine.json()["items"] == []


async def test_terms_without_a_royalty_have_nothing_to_report(client: httpx.AsyncClient, people: People) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university, {"form": "free"}))
    place = f"/v1/licences/{notice['licence_id']}"
    assert await reports(client, people, place) == []
    refused = await post(client, people.enterprise, f"{place}/royalty-reports", {"period": 1, "use": 1}, due=409)
    assert refused["code"] == "nothing_due"


async def test_what_a_correction_leaves_overpaid_counts_for_the_licences_other_reports_and_later_ones(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place = await licensed(client, people, ends_on=day(app, 300))
    async with later(app, client, people.office, 290):
        files = {"evidence_files": [await upload_evidence(client, people.enterprise)], "value_date": day(app),
                 "is_another_payment": True}  # fmt: skip
        first = await submit_report(client, people, place, 1, 8_000_000)
        for one in (first, await submit_report(client, people, place, 2, 8_000_000)):
            body = files | {"amount_fen": one["amount_fen"], "period": one["period"]}  # 240,000 and 120,000
            await post(client, people.enterprise, f"{place}/payments", body)
        correction = f"{place}/royalty-reports/{first['id']}/correction"
        await post(client, people.enterprise, correction, {"use": 2_000_000, "reason": "多报"})
        counts = [(one["amount_fen"], one["paid_fen"], one["state"]) for one in await reports(client, people, place)]
        assert counts[:2] == [(60_000, 60_000, "paid"), (240_000, 240_000, "paid")]
        licence = (await client.get(place, headers=people.university.headers)).json()
        assert licence["surplus_fen"] == 60_000
        third = await submit_report(client, people, place, 3, 7_000_000)  # 1 %
        assert (third["amount_fen"], third["paid_fen"], third["open_fen"]) == (70_000, 60_000, 10_000)
        await post(client, people.enterprise, f"{place}/payments", files | {"amount_fen": 10_500, "period": 3,
                                                                           "confirm_overpayment": True})  # fmt: skip
        licence = (await client.get(place, headers=people.university.headers)).json()
        assert licence["surplus_fen"] == 500


async def test_fsck_reckons_surplus_and_struck_payments_as_the_platform_does(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place = await licensed(client, people, ends_on=day(app, 150))
    notice = (await client.get(place, headers=people.university.headers)).json()["notice_id"]

    async def standing() -> list[tuple[int, int]]:
        line = Line("amounts paid")
        await payments(Site(app.state.database, app.state.search, app.state.blobs, repair=False, follows=True), line)
        assert line.differences == 0, line.examples
        return [(one["paid_fen"], one["open_fen"]) for one in await reports(client, people, place)]

    async with later(app, client, people.office, 151):
        for period in (1, 2):
            await submit_report(client, people, place, period, 1_000_000)
        body = {"amount_fen": 70_000, "period": 1, "value_date": day(app), "confirm_overpayment": True,
                "evidence_files": [await upload_evidence(client, people.enterprise)]}  # fmt: skip
        licence = await post(client, people.enterprise, f"{place}/payments", body)
        assert (await standing(), licence["surplus_fen"]) == ([(30_000, 0), (30_000, 0)], 10_000)
        payment = f"/v1/notices/{notice}/payments/{licence['payments'][0]['id']}"
        await post(client, people.university, f"{payment}/contest", {"reason": "未到账"})
        await post(client, people.office, f"{payment}/contest-decision", {"outcome": "upheld", "reason": "未到账"})
        assert await standing() == [(0, 30_000), (0, 30_000)]
