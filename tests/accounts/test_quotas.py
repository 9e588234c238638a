"""Quotas: what one organisation may do in a day is counted once for all processes, and shown to it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.accounts.codes import OrganisationKind, OrganisationStatus
from backend.accounts.quotas.rules import RULES, Period, Quota, Standing, begin_of, end_of, limit_of, standing_of
from backend.core.database.quota import USE, forget, take, used_in
from backend.core.settings import Settings, read_settings
from tests.scenarios.members import Member, new_email, register_organisation, registration_body, sign_in_platform
from tests.scenarios.patents import enter_patent, patent_body, publication_number

pytestmark = pytest.mark.both_databases

FOREIGN = "pat_01h455vb4pex5vsknk084sn02q"
SINCE = datetime(2026, 3, 1, tzinfo=UTC)


async def usage(client: httpx.AsyncClient, member: Member) -> dict[str, dict[str, Any]]:
    """Return what the member's organisation has used, by name."""
    answer = await client.get(f"/v1/organisations/{member.organisation_id}/usage", headers=member.headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["resources"])


@contextmanager
def limited(app: FastAPI, **limits: int) -> Iterator[None]:
    """Have the app's settings be others meanwhile."""
    before = app.state.settings
    app.state.settings = app.state.database.settings = before.model_copy(update=limits)
    try:
        yield
    finally:
        app.state.settings = app.state.database.settings = before


async def post_establishment(client: httpx.AsyncClient, member: Member, patent_id: str) -> httpx.Response:
    """Return the answer to a request to be heard as a holder."""
    body = {"evidence": "转让合同"}
    return await client.post(f"/v1/patents/{patent_id}/establishment", json=body, headers=member.headers)


async def test_so_many_patents_are_asked_about_a_day_and_it_is_told_when_the_next(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    stranger = await register_organisation(client)
    patents = [await enter_patent(client, stranger) for _ in range(4)]
    with limited(app, claims_per_day=3):
        answers = [await post_establishment(client, stranger, patent["id"]) for patent in patents]
        shown = (await usage(client, stranger))["claims"]
    assert [answer.status_code for answer in answers[:3]] == [202] * 3
    refused = answers[3]
    assert (refused.status_code, refused.json()["code"]) == (429, "quota_used_up")
    seconds = int(refused.headers["retry-after"])
    assert 0 < seconds <= 86_400
    assert refused.headers["ratelimit"] == f'"claims";r=0;t={seconds}'
    midnight = datetime.now(UTC) + timedelta(seconds=seconds)
    assert abs(midnight - midnight.replace(hour=16, minute=0, second=0, microsecond=0)) < timedelta(seconds=5)
    assert (shown["limit"], shown["used"], shown["remaining"], shown["period"]) == (3, 3, 0, "day")
    assert shown["resets_at"] is not None


async def test_what_is_refused_does_not_count(client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client)
    patent = await enter_patent(client, stranger)
    path = f"/v1/patents/{patent['id']}/establishment"
    for body in ({"evidence": "x", "of_party": "无文件"}, {"evidence": "x", "patent_ids": [FOREIGN]}):
        assert (await client.post(path, json=body, headers=stranger.headers)).status_code == 422
    assert (await usage(client, stranger))["claims"]["used"] == 0
    assert (await post_establishment(client, stranger, patent["id"])).status_code == 202
    assert (await usage(client, stranger))["claims"]["used"] == 1


async def test_that_a_number_is_taken_is_told_so_often_and_then_nothing_either_way(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    holder, asker = await register_organisation(client), await register_organisation(client)
    theirs = [await enter_patent(client, holder, publication_number=publication_number()) for _ in range(3)]
    own = await enter_patent(client, asker)

    async def tried(number: str) -> httpx.Response:
        seen = await client.get(f"/v1/patents/{own['id']}", headers=asker.headers)
        headers = asker.headers | {"If-Match": seen.headers["etag"]}
        return await client.patch(f"/v1/patents/{own['id']}", json={"publication_number": number}, headers=headers)

    with limited(app, number_questions_per_day=2):
        told = [await tried(one["publication_number"]) for one in theirs]
        free = await tried(publication_number())
    assert [(answer.status_code, answer.json()["code"]) for answer in told[:2]] == [
        (409, "number_belongs_to_another_patent")
    ] * 2
    assert {(answer.status_code, answer.json()["code"]) for answer in (told[2], free)} == {(429, "quota_used_up")}
    assert (await usage(client, asker))["number_questions"]["used"] == 2


async def test_of_many_at_once_no_more_pass_than_may(app: FastAPI, client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client, verified=False)
    with limited(app, patents_per_day_unverified=4):
        asked = (client.post("/v1/patents", json=patent_body(), headers=stranger.headers) for _ in range(12))
        statuses = sorted(answer.status_code for answer in await asyncio.gather(*asked))
    assert statuses == [201] * 4 + [429] * 8


async def test_verified_organisations_have_more_and_offices_no_limit(app: FastAPI, client: httpx.AsyncClient) -> None:
    with limited(app, patents_per_day=2, patents_per_day_unverified=1):
        university = await register_organisation(client)
        authority = await register_organisation(client, "authority")
        for member, most, named in ((university, 2, {}), (authority, 3, {"holders": [{"name": "示例主体"}]})):
            for count in range(3):
                answer = await client.post("/v1/patents", json=patent_body() | named, headers=member.headers)
                assert answer.status_code == (201 if count < most else 429), answer.text
        assert (await usage(client, authority))["patents"]["limit"] is None


async def test_invitations_are_counted(app: FastAPI, client: httpx.AsyncClient) -> None:
    stranger = await register_organisation(client, verified=False)
    address = f"/v1/organisations/{stranger.organisation_id}/invitations"
    with limited(app, invitations_per_day_unverified=2):
        asked = [{"email": new_email(), "role": "viewer"} for _ in range(3)]
        answers = [await client.post(address, json=body, headers=stranger.headers) for body in asked]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


async def test_from_one_line_only_so_many_organisations_are_registered_a_day(app: FastAPI) -> None:
    async def register(host: str) -> int:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=(host, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return (await client.post("/v1/organisations", json=registration_body())).status_code

    with limited(app, registrations_per_day_of_address=2):
        hosts = ("2001:db8:1:2::1", "2001:db8:1:2:3::2", "2001:db8:1:2:ffff::3", "2001:db8:1:3::1")
        assert [await register(host) for host in hosts] == [201, 201, 429, 201]
        async with app.state.database.read() as session:
            subjects = (await session.execute(sa.select(USE.c.subject))).scalars().all()
        assert not [subject for subject in subjects if "2001:db8" in subject], "no address is kept in the clear"


async def test_usage_is_shown_to_members_and_the_platform_alone(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    address = f"/v1/organisations/{mine.organisation_id}/usage"
    asked = [await client.get(address, headers=member.headers) for member in (mine, staff, other)]
    assert [answer.status_code for answer in asked] == [200, 200, 404]
    assert (await client.get(address)).status_code == 401
    assert asked[0].json()["standing"] == "verified"
    assert {"claims", "patents", "files", "file_bytes", "webhooks", "import_bytes_waiting"} <= set(
        asked[0].json()["resources"]
    )


async def test_the_next_day_begins_anew_and_what_is_kept_stays(app: FastAPI) -> None:
    database, subject = app.state.database, new_email("org")
    async with database.write() as session:
        assert await take(session, subject, "claims", SINCE, 2, most=3)
        assert not await take(session, subject, "claims", SINCE, 2, most=3)
        assert await take(session, subject, "claims", SINCE, 1, most=3)
        assert not await take(session, subject, "claims", SINCE + timedelta(days=1), 4, most=3)
        assert await take(session, subject, "claims", SINCE + timedelta(days=1), 3, most=3)
        assert await take(session, subject, "files", SINCE, 1, most=3)
    async with database.read() as session:
        assert await used_in(session, subject, {"claims": SINCE, "files": SINCE}) == {"claims": 3, "files": 1}
    async with database.write() as session:
        await forget(session, SINCE + timedelta(days=1), [])
        assert await used_in(session, subject, {"claims": SINCE}) == {"claims": 0}
        assert await used_in(session, subject, {"claims": SINCE + timedelta(days=1)}) == {"claims": 3}


@pytest.mark.parametrize(
    ("quota", "moment", "began", "ends"),
    [
        (Quota.CLAIMS, datetime(2026, 3, 1, 15, 59, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC), 24),
        (Quota.CLAIMS, datetime(2026, 3, 1, 16, tzinfo=UTC), datetime(2026, 3, 1, 16, tzinfo=UTC), 24),
        (
            Quota.WEBHOOK_VERIFICATIONS,
            datetime(2026, 3, 1, 16, 59, tzinfo=UTC),
            datetime(2026, 3, 1, 16, tzinfo=UTC),
            1,
        ),
        (Quota.FILES, datetime(2026, 3, 1, 16, 59, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), None),
    ],
)
def test_a_day_is_one_of_the_china_calendar(quota: Quota, moment: datetime, began: datetime, ends: int | None) -> None:
    assert begin_of(quota, moment) == began
    assert end_of(quota, moment) == (began + timedelta(hours=ends) if ends else None)


def test_every_quota_has_its_limits_among_the_settings_and_is_larger_once_verified() -> None:
    settings: Settings = read_settings(patentmart_demo=True)
    assert set(RULES) == set(Quota)
    for quota in Quota:
        unverified, verified = (limit_of(settings, quota, s) for s in (Standing.UNVERIFIED, Standing.VERIFIED))
        assert unverified is not None
        assert verified is not None
        assert unverified <= verified
        assert limit_of(settings, quota, Standing.OFFICE) is None
        assert RULES[quota].period in Period


def test_an_office_that_nobody_verified_is_a_stranger() -> None:
    assert standing_of(OrganisationKind.AUTHORITY, OrganisationStatus.PENDING) is Standing.UNVERIFIED
    assert standing_of(OrganisationKind.AUTHORITY, OrganisationStatus.VERIFIED) is Standing.OFFICE
    assert standing_of(OrganisationKind.UNIVERSITY, OrganisationStatus.REFUSED) is Standing.UNVERIFIED
    assert standing_of(OrganisationKind.UNIVERSITY, OrganisationStatus.VERIFIED) is Standing.VERIFIED
