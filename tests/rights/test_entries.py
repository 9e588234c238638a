"""What an entry may say: nothing that contradicts itself, and of others nothing to which they have not consented."""

from typing import Any

import httpx
import pytest

from tests.scenarios import members as factories
from tests.scenarios.patents import entered
from tests.scenarios.rights import co_owned, codes, consented, party_of, right, terms_of

pytestmark = pytest.mark.both_databases

UNKNOWN = "rgt_01h455vb4pex5vsknk084sn02q"


@pytest.mark.parametrize("origin", ["here", "outside"])
async def test_nobody_grants_a_right_to_itself(client: httpx.AsyncClient, origin: str) -> None:
    university = await factories.organisation(client)
    patent, own = await entered(client, university), await party_of(client, university)
    for kind in ("licence", "pledge"):
        said = await right(client, university, patent["id"], kind, origin=origin, party_id=own)
        assert (said.status_code, said.json()["code"]) == (422, "right_of_ones_own")


async def test_a_co_owner_is_licensed_by_the_others(client: httpx.AsyncClient) -> None:
    one, other = await factories.organisation(client), await factories.organisation(client)
    patent, office = await co_owned(client, one, other), await factories.platform(client)
    party = await party_of(client, other)
    for who in (one, office):
        made = await right(client, who, patent["id"], licence_type="exclusive", party_id=party)
        assert (made.status_code, made.json()["grantors"]) == (201, [await party_of(client, one)])


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
    university = await factories.organisation(client)
    patent = await entered(client, university)
    said = await right(client, university, patent["id"], origin=origin, ends_on="2026-12-31", **dates)
    assert (said.status_code, said.json()["code"]) == (422, "dates_reversed")


@pytest.mark.parametrize("origin", ["here", "outside"])
async def test_only_licences_of_the_patent_are_carved_out(client: httpx.AsyncClient, origin: str) -> None:
    university = await factories.organisation(client)
    patent, another = await entered(client, university), await entered(client, university)
    elsewhere = (await right(client, university, another["id"])).json()
    for carved in (UNKNOWN, elsewhere["id"]):
        said = await right(client, university, patent["id"], origin=origin, licence_type="exclusive",
                           carves_out=[carved])  # fmt: skip
        errors = [(error["pointer"], error["code"]) for error in said.json()["errors"]]
        assert (said.status_code, errors) == (422, [("/carves_out", "no_such_licence")])


async def test_a_predecessors_licence_is_a_fact_though_it_was_never_entered_as_a_holder(
    client: httpx.AsyncClient,
) -> None:
    university, stranger = await factories.organisation(client), await factories.organisation(client)
    patent = await entered(client, university)
    before = {"name": "前手权利人有限公司", "person": "legal"}
    party, theirs = [
        (await client.post("/v1/parties", json=before, headers=who.headers)).json()["id"]
        for who in (university, stranger)
    ]
    made = await right(client, university, patent["id"], licence_type="exclusive", grantors=[party])
    assert (made.status_code, made.json()["grantors"]) == (201, [party])
    unknown = await right(client, university, patent["id"], grantors=[theirs])
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_party")
    here = await right(client, university, patent["id"], origin="here", grantors=[party])
    assert [error["code"] for error in here.json()["errors"]] == ["not_yours"]


async def test_a_pledgee_consents_to_the_grant_of_one_holder_and_not_of_another(client: httpx.AsyncClient) -> None:
    one, other = await factories.organisation(client), await factories.organisation(client)
    bank, patent = await factories.organisation(client, "bank"), await co_owned(client, one, other)
    assert (await right(client, one, patent["id"], "pledge", party_id=await party_of(client, bank))).status_code == 201
    licensee = await party_of(client, await factories.organisation(client, "enterprise"))
    terms = terms_of({}, licensee, await party_of(client, one))
    consent = await consented(client, one, bank, patent["id"], "grant_ordinary", terms)
    asked: dict[str, Any] = {"origin": "here", "party_id": licensee}
    theirs = await right(client, other, patent["id"], terms_hash=consent["terms_hash"], **asked)
    assert (theirs.status_code, theirs.json()["code"]) == (409, "terms_hash_mismatch")
    assert codes((await right(client, other, patent["id"], **asked)).json()) == {"pledged"}
    made = await right(client, one, patent["id"], terms_hash=consent["terms_hash"], **asked)
    assert made.status_code == 201, made.text


async def test_a_consent_covers_what_it_says_is_left_standing_and_no_more(client: httpx.AsyncClient) -> None:
    one, other = await factories.organisation(client), await factories.organisation(client)
    patent = await co_owned(client, one, other)
    licensee = await party_of(client, await factories.organisation(client, "enterprise"))
    earlier = (await right(client, one, patent["id"], origin="here")).json()
    asked: dict[str, Any] = {"licence_type": "exclusive", "party_id": licensee}
    for carved, code in (([], 409), ([earlier["id"]], 201)):
        terms = terms_of(asked | {"carves_out": carved}, licensee, await party_of(client, one))
        await consented(client, one, other, patent["id"], "grant_exclusive", terms)
        made = await right(client, one, patent["id"], origin="here", carves_out=[earlier["id"]], **asked)
        assert made.status_code == code, made.text
