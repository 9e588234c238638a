"""What PostgreSQL itself holds apart: it alone would refuse two grants that conflict, and refuses no lawful one."""

from typing import Any, Final

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import IntegrityError

from backend.core.settings import Settings
from tests.licences.days import later
from tests.scenarios.consents import consent_terms, give_consent
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.members import find_party, register_organisation, sign_in_platform
from tests.scenarios.patents import application_number, enter_patent, publication_number
from tests.scenarios.rights import post_right, post_right_correction, post_right_end, reason_codes

pytestmark = pytest.mark.both_databases

LAST: Final = 1 << 62
ALL: Final = "{[0,1000000)}"
EXCLUSIVE: Final = {"slots": f"{{[0,{LAST})}}"}
SOLE: Final = {"slots": f"{{[1,{LAST})}}"}
OWN_WORKING: Final = {"slots": "{[0,1)}"}
ORDINARY: Final = {"slots": "{[77,78)}"}
ANOTHER: Final = {"slots": "{[78,79)}"}
LEAVES_ORDINARY: Final = {"slots": f"{{[0,77),[78,{LAST})}}"}
BEIJING: Final = {"territory": "{[110000,120000)}"}
CHONGQING: Final = {"territory": "{[500000,510000)}"}
DISTRICT: Final = {"territory": "{[500101,500102)}"}
THIS_YEAR: Final = {"period": "[2026-01-01,2027-01-01)"}
NEXT_YEAR: Final = {"period": "[2027-01-01,)"}
BATTERIES: Final = {"fields": "{[1,2)}"}
MACHINES: Final = {"fields": "{[26,27)}"}
SELLING: Final = {"working": "{[3,4)}"}
MAKING: Final = {"working": "{[0,1)}"}
INSERT: Final = """
    INSERT INTO right_claim (right_id, patent_id, slots, period, territory, fields, working) VALUES
    (%(right_id)s, %(patent_id)s, %(slots)s, %(period)s, %(territory)s, %(fields)s, %(working)s)
"""
WHOLE: Final = {"period": "[2026-01-01,)", "territory": ALL, "fields": "{[1,36)}", "working": "{[0,5)}"}


async def claims(app: FastAPI, patent_id: str) -> list[tuple[str, str]]:
    """Return which entries are held apart, and for which days."""
    async with app.state.database.read() as session:
        connection = await session.connection()
        asked = "SELECT right_id, period::text FROM right_claim WHERE patent_id = %s ORDER BY id"
        found = await connection.exec_driver_sql(asked, (patent_id,))
        return [(row[0], row[1]) for row in found]


@pytest.mark.parametrize(
    ("one", "other", "stand"),
    [
        (EXCLUSIVE, EXCLUSIVE, False),
        (EXCLUSIVE, SOLE, False),
        (EXCLUSIVE, ORDINARY, False),
        (EXCLUSIVE, OWN_WORKING, False),
        (SOLE, SOLE, False),
        (SOLE, ORDINARY, False),
        (OWN_WORKING, OWN_WORKING, False),
        (EXCLUSIVE | CHONGQING, EXCLUSIVE | DISTRICT, False),
        (EXCLUSIVE | THIS_YEAR | BATTERIES | SELLING, ORDINARY, False),
        (ORDINARY, ANOTHER, True),
        (SOLE, OWN_WORKING, True),
        (LEAVES_ORDINARY, ORDINARY, True),
        (LEAVES_ORDINARY, ANOTHER, False),
        (EXCLUSIVE | BEIJING, EXCLUSIVE | CHONGQING, True),
        (EXCLUSIVE | THIS_YEAR, EXCLUSIVE | NEXT_YEAR, True),
        (EXCLUSIVE | BATTERIES, EXCLUSIVE | MACHINES, True),
        (EXCLUSIVE | MAKING, EXCLUSIVE | SELLING, True),
    ],
)
async def test_the_constraint_alone_refuses_what_conflicts_and_nothing_else(
    settings: Settings, client: httpx.AsyncClient, one: dict[str, str], other: dict[str, str], stand: bool
) -> None:
    if settings.is_sqlite:
        return
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    ids = [(await post_right(client, university, patent["id"])).json()["id"] for _ in range(2)]
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        first, second = (
            {**WHOLE, **claim, "right_id": right_id, "patent_id": patent["id"]}
            for claim, right_id in zip((one, other), ids, strict=True)
        )
        connection.execute(INSERT, first)
        if stand:
            connection.execute(INSERT, second)
        else:
            with pytest.raises(psycopg.errors.ExclusionViolation):
                connection.execute(INSERT, second)
        connection.execute("DELETE FROM right_claim WHERE patent_id = %s", (patent["id"],))


async def test_a_grant_made_here_is_held_apart_and_a_fact_is_not(
    app: FastAPI, settings: Settings, client: httpx.AsyncClient
) -> None:
    if settings.is_sqlite:
        return
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    here = (await post_right(client, university, patent["id"], origin="here", licence_type="exclusive")).json()
    fact = (await post_right(client, university, patent["id"], licence_type="exclusive")).json()
    assert [right_id for right_id, _ in await claims(app, patent["id"])] == [here["id"]]
    values = {**WHOLE, **ORDINARY, "right_id": fact["id"], "patent_id": patent["id"], "period": "[2030-01-01,)"}
    with pytest.raises(IntegrityError, match="ex_right_claim_apart"):
        async with app.state.database.write() as session:
            await (await session.connection()).exec_driver_sql(INSERT, values)


async def test_what_ends_or_is_corrected_is_held_apart_no_more(
    app: FastAPI, settings: Settings, client: httpx.AsyncClient
) -> None:
    if settings.is_sqlite:
        return
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    asked = {"origin": "here", "licence_type": "exclusive"}
    first = (await post_right(client, university, patent["id"], **asked)).json()
    await post_right_end(client, university, first, "2026-06-30")
    assert await claims(app, patent["id"]) == []
    second = (await post_right(client, university, patent["id"], starts_on="2026-06-30", **asked)).json()
    ordinary = {**asked, "licence_type": "ordinary", "party_name": "重庆示例材料有限公司", "starts_on": "2026-06-30"}
    third = (await post_right_correction(client, university, second, **ordinary)).json()
    assert [right_id for right_id, _ in await claims(app, patent["id"])] == [third["id"]]


async def test_what_will_end_is_held_apart_until_then(
    app: FastAPI, settings: Settings, client: httpx.AsyncClient
) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    asked = {"origin": "here", "licence_type": "exclusive"}
    first = (await post_right(client, university, patent["id"], **asked)).json()
    await post_right_end(client, university, first, "2036-06-30")
    assert (await post_right(client, university, patent["id"], **asked)).status_code == 409
    later = await post_right(client, university, patent["id"], starts_on="2036-06-30", **asked)
    assert later.status_code == 201, later.text
    if not settings.is_sqlite:
        assert [days.endswith(",2036-06-30)") for _, days in await claims(app, patent["id"])] == [True, False]


async def test_what_is_past_stands_in_the_way_of_a_grant_dated_back_alone(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    over = await post_right(client, university, patent["id"], origin="here", effective_on="2025-01-01",
                       ends_on="2025-12-31")  # fmt: skip
    assert over.status_code == 201, over.text
    backdated = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive",
                            starts_on="2025-06-01")  # fmt: skip
    assert (backdated.status_code, reason_codes(backdated.json())) == (409, {"ordinary_licence_in_force"})
    since = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive",
                        starts_on="2026-01-01")  # fmt: skip
    assert since.status_code == 201, since.text


async def test_a_licence_in_place_of_own_working_can_be_carved_out(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    sole = (await post_right(client, university, patent["id"], origin="here", licence_type="sole")).json()
    own = (await post_right(client, university, patent["id"], origin="here", own_working=True,
                       confirmed=["sole_licensors_own_working"])).json()  # fmt: skip
    await post_right_end(client, university, sole, "2026-06-30")
    asked = {"origin": "here", "licence_type": "exclusive", "starts_on": "2026-06-30"}
    refused = await post_right(client, university, patent["id"], **asked)
    assert (refused.status_code, reason_codes(refused.json())) == (409, {"ordinary_licence_in_force"})
    carved = await post_right(client, university, patent["id"], carves_out=[own["id"]], **asked)
    assert carved.status_code == 201, carved.text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"licence_type": "exclusive"}, {"licence_type": "ordinary"}),
        ({"kind": "pledge"}, {"kind": "pledge"}),
        ({"kind": "pledge"}, {"licence_type": "ordinary", "effective_on": "2026-05-01"}),
    ],
)
async def test_rows_with_grants_that_conflict_are_not_merged(
    client: httpx.AsyncClient, one: dict[str, str], other: dict[str, str]
) -> None:
    university = await register_organisation(client)
    number, publication = application_number(), publication_number()
    rows = (
        await enter_patent(client, university, application_number=number),
        await enter_patent(client, university, application_number=None, publication_number=publication),
    )
    made = []
    for row, fields in zip(rows, (one, other), strict=True):
        said = await post_right(client, university, row["id"], origin="here", **fields)
        assert said.status_code == 201, said.text
        made.append(said.json())
    both = {"application_number": number, "publication_number": publication, "title": rows[0]["title"]}
    refused = await client.post("/v1/patents", json=both, headers=university.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "grants_conflict")
    await post_right_end(client, university, made[1], "2026-06-30")
    merged = await client.post("/v1/patents", json=both, headers=university.headers)
    assert merged.status_code == 200, merged.text
    ledger = await client.get(f"/v1/patents/{merged.json()['id']}/rights", headers=university.headers)
    assert {item["id"] for item in ledger.json()["items"]} == {entry["id"] for entry in made}


async def test_a_clock_put_back_hides_no_grant_and_brings_no_consent_back(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    one, other, office = (
        await register_organisation(client),
        await register_organisation(client),
        await sign_in_platform(client),
    )
    mine, ours = await enter_patent(client, one), await enter_co_owned_patent(client, one, other)
    asked: dict[str, Any] = {"origin": "here", "licence_type": "exclusive"}
    party = await find_party(client, await register_organisation(client, "enterprise"))
    terms = consent_terms(asked, party, await find_party(client, one))
    consent = await give_consent(client, one, other, ours["id"], "grant_exclusive", terms)
    async with later(app, client, office, days=1):
        assert (await post_right(client, one, mine["id"], **asked)).status_code == 201
        place = f"/v1/patents/{ours['id']}/consents/{consent['id']}/revocation"
        assert (await client.post(place, headers=other.headers)).status_code == 200
    second = await post_right(client, one, mine["id"], **asked)
    assert (second.status_code, reason_codes(second.json())) == (409, {"exclusive_licence_in_force"})
    revoked = await post_right(client, one, ours["id"], party_id=party, **asked)
    assert (revoked.status_code, reason_codes(revoked.json())) == (409, {"co_owners"})
