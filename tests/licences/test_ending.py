"""How a licence ends before its term: its licensee gives it up from today on, an office shows that it has ended."""

from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.patents.legal_events.term_rules import add_months
from tests.licences.conftest import People
from tests.licences.days import day, later
from tests.scenarios.consents import give_consent
from tests.scenarios.files import upload_evidence
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.members import Member
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import ROYALTY, announce, declare, draft_declaration, file_declaration
from tests.scenarios.requests import post

MINIMUM = ROYALTY | {"minimum_per_year_fen": 3_650_000}
WHY = {"reason": "停止生产相关产品"}


async def taken(
    client: httpx.AsyncClient, people: People, fee: dict[str, Any], **fields: Any
) -> tuple[str, dict[str, Any]]:
    """Return the address of a licence of the enterprise, and its notice."""
    notice = await give_notice(client, people.enterprise, await declare(client, people.university, fee), **fields)
    if notice["licence_id"] is None:
        notice = await pay(client, people.enterprise, notice)
    return f"/v1/licences/{notice['licence_id']}", notice


async def reports(client: httpx.AsyncClient, people: People, place: str) -> list[dict[str, Any]]:
    """Return the licence's reporting periods."""
    return list((await client.get(f"{place}/royalty-reports", headers=people.university.headers)).json()["items"])


async def shows(client: httpx.AsyncClient, who: Member) -> dict[str, Any]:
    """Return the reason and the evidence of an end."""
    return WHY | {"evidence_files": [await upload_evidence(client, who)]}


async def test_a_licence_is_given_up_from_today_on_and_what_has_run_stays_owed(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place, notice = await taken(client, people, MINIMUM | {"reporting": "quarterly"})
    start = notice["starts_on"]
    async with later(app, client, people.office, 400):
        before = [one["period"] for one in await reports(client, people, place) if one["state"] == "overdue"]
        for wrong in (start, day(app, -1), day(app, 1)):
            refused = await post(client, people.enterprise, f"{place}/termination", WHY | {"on": wrong}, due=422)
            assert refused["code"] == "dates_out_of_order"
        ended = await post(client, people.enterprise, f"{place}/termination", WHY | {"on": day(app)})
        assert (ended["status"], ended["ended_on"]) == ("terminated", day(app))
        after = await reports(client, people, place)
        assert [one["period"] for one in after if one["state"] == "overdue"] == before == [1, 2, 3, 4]


async def test_no_licensor_and_no_co_holder_ends_what_was_taken(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    patent = await enter_co_owned_patent(client, people.university, people.institute)
    draft = await draft_declaration(client, people.university, patent["id"])
    terms = draft["consent_terms"]["declare_open_licence"]
    await give_consent(client, people.university, people.institute, patent["id"], "declare_open_licence", terms)
    declared = await announce(client, people.university, await file_declaration(client, people.university, draft))
    notice = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
    place = f"/v1/licences/{notice['licence_id']}"
    for who in (people.university, people.institute):
        said = {"on": day(app)} | await shows(client, who)
        refused = await post(client, who, f"{place}/termination", said, due=403)
        assert refused["code"] == "licensing_step_not_yours"
    assert (await client.get(place, headers=people.enterprise.headers)).json()["status"] == "in_force"


async def test_an_office_records_an_end_dated_back_by_its_evidence_and_what_had_run_stays_owed(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place, _ = await taken(client, people, ROYALTY | {"reporting": "quarterly"})
    judged = day(app, 200)
    async with later(app, client, people.office, 300):
        unproved = await post(client, people.office, f"{place}/termination", WHY | {"on": judged}, due=422)
        assert unproved["code"] == "evidence_missing"
        said = await shows(client, people.office)
        await post(client, people.office, f"{place}/termination", said | {"on": day(app, -301)}, due=422)
        ended = await post(client, people.office, f"{place}/termination", said | {"on": judged})
        assert (ended["status"], ended["ended_on"]) == ("terminated", judged)
        assert [one["period"] for one in await reports(client, people, place)] == [1, 2, 3]


@pytest.mark.parametrize("reporting", ["yearly", "quarterly"])
@pytest.mark.parametrize("pro_rata", [True, False])
async def test_the_year_in_which_a_licence_ends_owes_its_minimum_by_days_or_in_full(
    client: httpx.AsyncClient, people: People, app: FastAPI, reporting: str, pro_rata: bool
) -> None:
    today = app.state.clock.today()
    least = 10_000 * (add_months(today, 12) - today).days  # a hundred yuan a day
    fee = ROYALTY | {"reporting": reporting, "pro_rata": pro_rata, "minimum_per_year_fen": least}
    place, _ = await taken(client, people, fee, ends_on=day(app, 364))
    async with later(app, client, people.office, 120):
        await post(client, people.enterprise, f"{place}/termination", WHY | {"on": day(app)})
        left = await reports(client, people, place)
        assert (left[-1]["ends_on"], left[-1]["report_due_on"]) == (day(app, -1), day(app, 29))
        owed = [
            await post(client, people.enterprise, f"{place}/royalty-reports", {"period": one["period"], "use": 0})
            for one in left
        ]
    assert sum(one["amount_fen"] for one in owed) == (1_200_000 if pro_rata else least)


async def test_a_report_that_the_end_makes_the_years_last_is_reckoned_again_and_paid_from_then(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place, _ = await taken(client, people, MINIMUM | {"reporting": "quarterly"})
    second = (await reports(client, people, place))[1]["starts_on"]
    async with later(app, client, people.office, (date.fromisoformat(second) - app.state.clock.today()).days):
        said = await post(client, people.enterprise, f"{place}/royalty-reports", {"period": 1, "use": 1_000_000})
        assert said["amount_fen"] == 30_000
    async with later(app, client, people.office, 100):
        judged = {"on": second} | await shows(client, people.office)
        await post(client, people.office, f"{place}/termination", judged)
        (only,) = await reports(client, people, place)
        assert (only["amount_fen"], only["pay_by"]) == (3_650_000, day(app, 30))


async def test_after_an_early_end_a_late_report_is_paid_from_the_day_on_which_it_was_due(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    place, _ = await taken(client, people, ROYALTY | {"reporting": "yearly"}, ends_on=day(app, 364))
    due, pay = day(app, 59), day(app, 89)  # the last day is the 29th: 30 days to report, 30 to pay
    async with later(app, client, people.office, 30):
        await post(client, people.enterprise, f"{place}/termination", WHY | {"on": day(app)})
    async with later(app, client, people.office, 200):
        late = await post(client, people.enterprise, f"{place}/royalty-reports", {"period": 1, "use": 1_000_000})
    assert (late["report_due_on"], late["pay_by"]) == (due, pay)


async def test_of_periods_behind_an_end_dated_back_nothing_is_owed(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    fee = ROYALTY | {"minimum_per_year_fen": 3_650_000, "reporting": "quarterly"}
    notice = await give_notice(client, people.enterprise, await declare(client, people.university, fee))
    place = f"/v1/licences/{notice['licence_id']}"
    second = (await client.get(f"{place}/royalty-reports", headers=people.university.headers)).json()["items"][1]
    async with later(app, client, people.office, 400):
        for period in (1, 2, 3, 4):
            await post(client, people.enterprise, f"{place}/royalty-reports", {"period": period, "use": 1_000_000})
        judged = {
            "on": second["starts_on"],
            "reason": "判决",
            "evidence_files": [await upload_evidence(client, people.office)],
        }
        await post(client, people.office, f"{place}/termination", judged)
        after = (await client.get(f"{place}/royalty-reports", headers=people.university.headers)).json()["items"]
    assert [one["amount_fen"] for one in after] == [3_650_000, 0, 0, 0]
