"""What ends: brought forward, never put off, by whoever may, and with all that stands under it."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.core.database.columns import iso
from backend.rights.codes import RightKind
from backend.rights.models import RightEntry
from backend.rights.queries import period_of
from tests.rights.ledgers import LATER, LONG_AGO, TODAY
from tests.scenarios.files import upload_evidence
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, find_party, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.rights import post_right, post_right_correction, post_right_end

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(("kind", "of"), [("licence", {"licence_type": "exclusive"}), ("pledge", {})])
async def test_an_end_ahead_is_brought_forward_and_never_put_off(
    client: httpx.AsyncClient, kind: str, of: dict[str, str]
) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    first = (await post_right(client, university, patent["id"], kind, origin="here", **of)).json()
    await post_right_end(client, university, first, "2037-01-01")
    then = await post_right(client, university, patent["id"], kind, origin="here", starts_on="2037-01-01", **of)
    assert then.status_code == 201, then.text
    later = await post_right_end(client, university, first, "2040-01-01")
    assert (later.status_code, later.json()["code"]) == (409, "end_put_off")
    sooner = await post_right_end(client, university, first, "2036-06-30")
    assert (sooner.status_code, sooner.json()["ended_on"]) == (200, "2036-06-30")
    replaced = sooner.json()["details"]["ends"]
    assert [(end["ended_on"], end["because"]) for end in replaced] == [("2037-01-01", "合同解除")]


def test_the_past_is_told_by_the_end_that_was_known_then() -> None:
    recorded, first, second = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 5))
    row = RightEntry(
        id="rgt_1", patent_id="pat_1", kind=RightKind.LICENCE, effective_on=LONG_AGO, starts_on=LONG_AGO, source="合同",
        recorded_at=recorded, recorded_by="org_1", ended_on=TODAY, end_recorded_at=second,
        details={"ends": [{"ended_on": LATER.isoformat(), "because": "合同解除", "recorded_at": iso(first)}]},
    )  # fmt: skip
    stops = [period_of(row, known_at).stop for known_at in (recorded, first, second, None)]
    assert stops == [None, LATER, TODAY, TODAY]


async def test_a_right_does_not_outlast_its_own_last_day_by_an_end(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    made = (await post_right(client, university, patent["id"], ends_on="2036-12-31")).json()
    late = await post_right_end(client, university, made, "2037-01-02")
    assert (late.status_code, late.json()["code"]) == (409, "end_put_off")
    assert (await post_right_end(client, university, made, "2037-01-01")).status_code == 200


async def _enter_agreement(client: httpx.AsyncClient, patent_id: str, *owners: Member) -> dict[str, Any]:
    """Return the agreement that ordinary licences need all, as these co-owners have entered it."""
    place, said = f"/v1/patents/{patent_id}/co-owner-agreements", None
    body: dict[str, Any] = {"acts": {"grant_ordinary": {"who": "all"}}, "effective_on": "2026-01-01", "source": "协议"}
    for owner in owners:
        body["evidence_files"] = [await upload_evidence(client, owner)]
        said = await client.post(place, json=body, headers=owner.headers)
        assert said.status_code in (200, 201), said.text
    return dict(said.json() if said else {})


async def test_no_co_owner_ends_alone_what_all_have_agreed(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent, office = await enter_co_owned_patent(client, one, other), await sign_in_platform(client)
    agreed = await _enter_agreement(client, patent["id"], one, other)
    alone = await post_right_end(client, one, agreed)
    assert (alone.status_code, alone.json()["code"]) == (403, "agreement_of_all")
    assert (await post_right(client, one, patent["id"], origin="here")).status_code == 409
    assert (await post_right_end(client, office, agreed)).status_code == 200
    assert (await post_right(client, one, patent["id"], origin="here")).status_code == 201


async def test_whoever_entered_an_agreement_that_binds_nobody_yet_ends_it(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, one, other)
    agreed = await _enter_agreement(client, patent["id"], one)
    assert (await post_right_end(client, other, agreed)).json()["code"] == "right_not_yours"
    assert (await post_right_end(client, one, agreed)).status_code == 200


async def test_a_correction_keeps_the_kind_of_right(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, one, other)
    pledge = (await post_right(client, one, patent["id"], "pledge")).json()
    agreed = await _enter_agreement(client, patent["id"], one, other)
    for entry in (pledge, {**agreed, "kind": "co_owner_agreement"}):
        said = await post_right_correction(client, one, entry, kind="receivable")
        assert (said.status_code, said.json()["code"]) == (409, "correction_of_another_kind")
    assert (await post_right(client, one, patent["id"], origin="here", licence_type="exclusive")).status_code == 409


async def test_a_licensee_ends_its_licence_and_does_not_correct_it(client: httpx.AsyncClient) -> None:
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, university)
    await list_patent(client, university, patent["id"])
    made = (await post_right(client, university, patent["id"], party_id=await find_party(client, firm))).json()
    for fields in ({}, {"licence": made["id"]}):
        said = await post_right_correction(client, firm, made, party_name="另一企业", **fields)
        assert (said.status_code, said.json()["code"]) == (403, "right_not_yours")
    assert (await post_right_end(client, firm, made)).status_code == 200


async def test_who_holds_the_patent_no_more_changes_nothing_that_it_recorded(client: httpx.AsyncClient) -> None:
    before, after = await register_organisation(client), await register_organisation(client)
    patent, office = await enter_patent(client, before), await sign_in_platform(client)
    made = (await post_right(client, before, patent["id"], announced_on="2026-03-10")).json()
    name = (await client.get(f"/v1/organisations/{after.organisation_id}", headers=after.headers)).json()["name"]
    told = await post_legal_event(client, office, patent["id"], "holder_changed", "2026-06-01", to_holders=[name])
    assert told.status_code == 201, told.text
    await list_patent(client, after, patent["id"])
    for said in (
        await post_right_end(client, before, made),
        await post_right_correction(client, before, made, party_name="另一企业"),
    ):
        assert (said.status_code, said.json()["code"]) == (403, "right_not_yours")


async def test_a_correction_keeps_the_end_that_was_recorded_and_is_shown(client: httpx.AsyncClient) -> None:
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    patent, to = (await enter_patent(client, university))["id"], await find_party(client, firm)
    given = {"origin": "here", "licence_type": "exclusive", "party_id": to}
    first = (await post_right(client, university, patent, **given)).json()
    assert (await post_right_end(client, firm, first, "2037-01-01")).json()["ended_on"] == "2037-01-01"
    bare = await post_right_correction(client, university, first, **given, evidence_files=[])
    assert (bare.status_code, bare.json()["code"]) == (422, "evidence_missing")
    later = await post_right(client, university, patent, **{**given, "starts_on": "2037-01-01"})
    assert later.status_code == 201
    shown = (await post_right_correction(client, university, first, **given)).json()
    assert (shown["ended_on"], shown["ended_because"]) == ("2037-01-01", "合同解除")
    reversed_ = await post_right_correction(client, university, shown, **{**given, "starts_on": "2037-01-02"})
    assert (reversed_.status_code, reversed_.json()["code"]) == (422, "dates_reversed")


@pytest.mark.parametrize("kind", ["exclusive", "sole"])
async def test_a_corrected_licence_stands_beside_what_had_left_it_standing(
    client: httpx.AsyncClient, kind: str
) -> None:
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    patent, to = (await enter_patent(client, university))["id"], await find_party(client, firm)
    given = {"origin": "here", "licence_type": "ordinary", "territory": ["500000"], "ends_on": "2036-12-31"}
    given["party_name"] = "重庆示例材料有限公司"
    earlier = (await post_right(client, university, patent, **given)).json()
    asked = {"origin": "here", "licence_type": kind, "party_id": to, "carves_out": [earlier["id"]]}
    shutting = await post_right(client, university, patent, **asked)
    assert shutting.status_code == 201, shutting.text
    wider = await post_right_correction(client, university, earlier, **{**given, "territory": ["500000", "510000"]})
    assert (wider.status_code, wider.json()["code"]) == (409, "not_permitted")
    longer = await post_right_correction(client, university, earlier, **{**given, "ends_on": None})
    assert (longer.status_code, longer.json()["code"]) == (409, "not_permitted")
    for more in ({"own_working": True}, {"sub_licensing": True}, {"party_name": "另一企业"}):
        other = await post_right_correction(client, university, earlier, **{**given, **more})
        assert other.status_code == 409, more
    right_one = await post_right_correction(client, university, earlier, **{**given, "territory": ["500101", "500103"]})
    assert right_one.status_code == 201, right_one.text
    items = (await client.get(f"/v1/patents/{patent}/rights", headers=university.headers)).json()["items"]
    now = next(item for item in items if item["id"] == shutting.json()["id"])
    assert now["carves_out"] == [earlier["id"], right_one.json()["id"]]
    assert [one["carves_out"] for one in now["details"]["carved_out_before"]] == [[earlier["id"]]]
    again = await post_right_correction(client, university, right_one.json(), **{**given, "territory": ["500101"]})
    assert again.status_code == 201, again.text
    another = await post_right(client, university, patent, **{**given, "territory": ["500101"]})
    assert another.status_code == 409


async def test_an_end_that_was_told_twice_is_listed_by_what_was_known_each_time(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    university = await register_organisation(client)
    patent_id = (await enter_patent(client, university))["id"]
    made = (await post_right(client, university, patent_id)).json()
    assert (await post_right_end(client, university, made, "2037-06-01")).status_code == 200
    between = app.state.clock.now().isoformat()
    assert (await post_right_end(client, university, made, "2037-01-01")).status_code == 200
    place, both = f"/v1/patents/{patent_id}/rights", {"kind": "licence", "in_force": True}
    for known_at, on, stands in (
        (between, "2037-03-01", True), (between, "2037-07-01", False),
        (None, "2037-03-01", False), (None, "2036-12-01", True),
    ):  # fmt: skip
        asked = both | {"valid_on": on} | ({"known_at": known_at} if known_at else {})
        found = (await client.get(place, params=asked, headers=university.headers)).json()["items"]
        assert [one["id"] for one in found] == ([made["id"]] if stands else []), (known_at, on)
