"""What an entry may say: nothing that contradicts itself, and of others nothing to which they have not consented."""

from typing import Any

import httpx
import pytest

from tests.scenarios.consents import consent_terms, give_consent
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.members import find_party, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent
from tests.scenarios.rights import post_right, reason_codes

pytestmark = pytest.mark.both_databases

UNKNOWN = "rgt_01h455vb4pex5vsknk084sn02q"


@pytest.mark.parametrize("origin", ["here", "outside"])
async def test_nobody_grants_a_right_to_itself(client: httpx.AsyncClient, origin: str) -> None:
    university = await register_organisation(client)
    patent, own = await enter_patent(client, university), await find_party(client, university)
    for kind in ("licence", "pledge"):
        said = await post_right(client, university, patent["id"], kind, origin=origin, party_id=own)
        assert (said.status_code, said.json()["code"]) == (422, "right_of_ones_own")


async def test_a_co_owner_is_licensed_by_the_others(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent, office = await enter_co_owned_patent(client, one, other), await sign_in_platform(client)
    party = await find_party(client, other)
    for who in (one, office):
        made = await post_right(client, who, patent["id"], licence_type="exclusive", party_id=party)
        assert (made.status_code, made.json()["grantors"]) == (201, [await find_party(client, one)])


@pytest.mark.parametrize("origin", ["here", "outside"])
@pytest.mark.parametrize(
    "dates",
    [
        {"starts_on": "2026-01-01", "effective_on": "2027-01-01"},
        {"starts_on": "2027-01-01", "effective_on": "2026-01-01"},
        {"effective_on": "2027-01-01"},
    ],
)
async def test_what_is_over_before_it_begins_is_refused(
    client: httpx.AsyncClient, origin: str, dates: dict[str, str]
) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    said = await post_right(client, university, patent["id"], origin=origin, ends_on="2026-12-31", **dates)
    assert (said.status_code, said.json()["code"]) == (422, "dates_reversed")


@pytest.mark.parametrize("origin", ["here", "outside"])
async def test_only_licences_of_the_patent_are_carved_out(client: httpx.AsyncClient, origin: str) -> None:
    university = await register_organisation(client)
    patent, another = await enter_patent(client, university), await enter_patent(client, university)
    elsewhere = (await post_right(client, university, another["id"])).json()
    for carved in (UNKNOWN, elsewhere["id"]):
        said = await post_right(client, university, patent["id"], origin=origin, licence_type="exclusive",
                           carves_out=[carved])  # fmt: skip
        errors = [(error["pointer"], error["code"]) for error in said.json()["errors"]]
        assert (said.status_code, errors) == (422, [("/carves_out", "no_such_licence")])


async def test_a_predecessors_licence_is_a_fact_though_it_was_never_entered_as_a_holder(
    client: httpx.AsyncClient,
) -> None:
    university, stranger = await register_organisation(client), await register_organisation(client)
    patent = await enter_patent(client, university)
    before = {"name": "前手权利人有限公司", "person": "legal"}
    party, theirs = [
        (await client.post("/v1/parties", json=before, headers=who.headers)).json()["id"]
        for who in (university, stranger)
    ]
    made = await post_right(client, university, patent["id"], licence_type="exclusive", grantors=[party])
    assert (made.status_code, made.json()["grantors"]) == (201, [party])
    unknown = await post_right(client, university, patent["id"], grantors=[theirs])
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_party")
    here = await post_right(client, university, patent["id"], origin="here", grantors=[party])
    assert [error["code"] for error in here.json()["errors"]] == ["not_yours"]


async def test_a_pledgee_consents_to_the_grant_of_one_holder_and_not_of_another(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    bank, patent = await register_organisation(client, "bank"), await enter_co_owned_patent(client, one, other)
    assert (
        await post_right(client, one, patent["id"], "pledge", party_id=await find_party(client, bank))
    ).status_code == 201
    licensee = await find_party(client, await register_organisation(client, "enterprise"))
    terms = consent_terms({}, licensee, await find_party(client, one))
    consent = await give_consent(client, one, bank, patent["id"], "grant_ordinary", terms)
    asked: dict[str, Any] = {"origin": "here", "party_id": licensee}
    theirs = await post_right(client, other, patent["id"], terms_hash=consent["terms_hash"], **asked)
    assert (theirs.status_code, theirs.json()["code"]) == (409, "terms_hash_mismatch")
    assert reason_codes((await post_right(client, other, patent["id"], **asked)).json()) == {"pledged"}
    made = await post_right(client, one, patent["id"], terms_hash=consent["terms_hash"], **asked)
    assert made.status_code == 201, made.text


async def test_a_consent_covers_what_it_says_is_left_standing_and_no_more(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, one, other)
    licensee = await find_party(client, await register_organisation(client, "enterprise"))
    earlier = (await post_right(client, one, patent["id"], origin="here")).json()
    asked: dict[str, Any] = {"licence_type": "exclusive", "party_id": licensee}
    for carved, code in (([], 409), ([earlier["id"]], 201)):
        terms = consent_terms(asked | {"carves_out": carved}, licensee, await find_party(client, one))
        await give_consent(client, one, other, patent["id"], "grant_exclusive", terms)
        made = await post_right(client, one, patent["id"], origin="here", carves_out=[earlier["id"]], **asked)
        assert made.status_code == code, made.text
