"""What those learn of private entries who do not see them: by the rule, and through the front door."""

from dataclasses import replace

import httpx

from backend.rights.codes import LicenceType
from backend.rights.permissions.privacy_rules import as_others_see
from backend.rights.scope_rules import ALL, Period
from tests.rights.ledgers import CHONGQING, LATER, LICENSEE, LONG_AGO, TODAY, TOMORROW, licence
from tests.scenarios.listings import list_patent
from tests.scenarios.members import find_party, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.rights import get_permission, post_right

PRIVATE = licence(LicenceType.EXCLUSIVE, LONG_AGO, TOMORROW, scope=CHONGQING)
NOBODY: frozenset[str] = frozenset()


def test_a_private_entry_covers_everything_from_today_on_to_who_does_not_see_it() -> None:
    for entry in (PRIVATE, replace(PRIVATE, period=Period(LATER))):
        assert as_others_see([], [entry], NOBODY, TODAY) == (replace(entry, scope=ALL, period=Period(TODAY)),)


def test_what_is_announced_or_in_ones_own_favour_stays_as_it_is() -> None:
    announced = replace(PRIVATE, is_announced=True)
    assert as_others_see([announced], [announced], NOBODY, TODAY) == (announced,)
    assert as_others_see([PRIVATE], [PRIVATE], frozenset({LICENSEE}), TODAY) == (PRIVATE,)


def test_a_private_entry_that_is_over_or_is_no_more_on_record_counts_for_nobody_else() -> None:
    assert as_others_see([PRIVATE], [PRIVATE], NOBODY, TOMORROW) == ()
    assert as_others_see([PRIVATE], [], NOBODY, TODAY) == ()


async def test_no_number_of_questions_tells_where_and_when_a_private_licence_holds(client: httpx.AsyncClient) -> None:
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = (await enter_patent(client, university))["id"]
    await list_patent(client, university, patent)
    told = {"territory": ["500000"], "fields": [7], "starts_on": "2026-03-01", "ends_on": "2028-06-30"}
    party = await find_party(client, firm)
    made = await post_right(client, university, patent, licence_type="exclusive", party_id=party, **told)
    assert made.status_code == 201, made.text
    asked: list[dict[str, str]] = [{"territory": code} for code in ("110000", "500000")]
    asked += [{"fields": number} for number in ("7", "8")]
    asked += [{"valid_on": day} for day in ("2028-06-30", "2028-07-01")]
    asked += [{"starts_on": day, "ends_on": day} for day in ("2028-06-30", "2028-07-01")]
    stranger = await register_organisation(client)
    for question in asked:
        for who in (None, stranger):
            assert (await get_permission(client, who, patent, "grant_ordinary", **question))["answer"] == "refused", (
                question
            )
    past = [{"starts_on": day, "ends_on": day} for day in ("2026-02-28", "2026-03-01")]
    for question in past:
        assert (await get_permission(client, None, patent, "grant_ordinary", **question))["answer"] == "allowed"
    for who in (university, firm):
        assert (await get_permission(client, who, patent, "grant_ordinary", territory="110000"))["answer"] == "allowed"


async def test_what_an_announced_entry_says_of_private_ones_is_told_to_who_sees_them(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = (await enter_patent(client, university))["id"]
    await list_patent(client, university, patent)
    private = (await post_right(client, university, patent)).json()["id"]
    known = (await post_right(client, university, patent, announced_on="2026-03-01")).json()["id"]
    both = {"carves_out": [private, known], "announced_on": "2026-03-10"}
    made = await post_right(client, university, patent, licence_type="exclusive", **both)
    assert made.status_code == 201, made.text
    for headers, seen in ((university.headers, [private, known]), ({}, [known])):
        items = (await client.get(f"/v1/patents/{patent}/rights", headers=headers)).json()["items"]
        assert [item["carves_out"] for item in items if item["id"] == made.json()["id"]] == [seen]
