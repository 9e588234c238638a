"""A sub-licence stands and falls with its licence, and never beyond it (Civil Code, art. 867)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.rights.codes import LicenceType, Origin
from backend.rights.entries.sub_licence_rules import ends_by_correction, ends_with
from backend.rights.scope_rules import Period
from tests.rights.ledgers import (
    CHONGQING,
    LATER,
    LICENSEE,
    LONG_AGO,
    OTHERS,
    SICHUAN,
    TODAY,
    TOMORROW,
    YESTERDAY,
    licence,
)
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, find_party, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.rights import post_right, post_right_correction, post_right_end, reason_codes

UPPER = licence(LicenceType.EXCLUSIVE)
BELOW = licence(LicenceType.ORDINARY, TODAY, id="rgt_below", grantors=frozenset({LICENSEE}), under=UPPER.id)


@pytest.mark.parametrize(
    ("stop", "until"), [(None, LATER), (TOMORROW, None), (LATER + timedelta(days=1), LATER), (LATER, None)]
)
def test_a_sub_licence_ends_with_its_licence_and_not_later(stop: Any, until: Any) -> None:
    assert ends_with(replace(BELOW, period=Period(TODAY, stop)), LATER) == until


def test_a_sub_licence_to_come_ends_before_it_begins() -> None:
    to_come = replace(BELOW, period=Period(LATER))
    assert ends_with(to_come, TODAY) == LATER
    assert ends_with(replace(to_come, period=Period(LATER, LATER)), TODAY) is None


@pytest.mark.parametrize(
    ("changed", "until"),
    [
        ({}, None),
        ({"licence_type": LicenceType.ORDINARY}, None),
        ({"period": Period(LONG_AGO, LATER)}, LATER),
        ({"period": Period(TOMORROW)}, TODAY),
        ({"period": Period(LONG_AGO, YESTERDAY)}, TODAY),
        ({"scope": CHONGQING}, TODAY),
        ({"party_id": OTHERS}, TODAY),
    ],
)
def test_a_correction_leaves_a_sub_licence_what_the_licence_gives(changed: dict[str, Any], until: Any) -> None:
    assert ends_by_correction(BELOW, UPPER, replace(UPPER, **changed)) == until


def test_a_correction_ends_no_fact_that_was_beyond_the_licence_before_or_names_its_licensee_otherwise() -> None:
    narrow = replace(UPPER, scope=CHONGQING)
    fact = replace(BELOW, origin=Origin.OUTSIDE)
    assert ends_by_correction(replace(fact, scope=SICHUAN), narrow, replace(narrow, party_id=OTHERS)) is None
    assert ends_by_correction(fact, UPPER, replace(UPPER, party_id=OTHERS)) is None


async def _licensed(client: httpx.AsyncClient) -> tuple[Member, Member, dict[str, Any], dict[str, Any]]:
    """Return a licensor, its licensee, the licence and the sub-licence under it."""
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, university)
    await list_patent(client, university, patent["id"])
    upper = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive",
                        party_id=await find_party(client, firm), sub_licensing=True)  # fmt: skip
    below = await post_right(client, firm, patent["id"], origin="here", licence=upper.json()["id"])
    assert below.status_code == 201, below.text
    return university, firm, upper.json(), below.json()


async def _entry(client: httpx.AsyncClient, who: Member, entry: dict[str, Any]) -> dict[str, Any]:
    said = (await client.get(f"/v1/patents/{entry['patent_id']}/rights", headers=who.headers)).json()
    return next(item for item in said["items"] if item["id"] == entry["id"])


async def test_an_end_brought_forward_brings_those_of_the_sub_licences_forward(client: httpx.AsyncClient) -> None:
    university, _, upper, below = await _licensed(client)
    for on in ("2039-01-01", "2036-09-01"):
        assert (await post_right_end(client, university, upper, on)).status_code == 200
        assert (await _entry(client, university, below))["ended_on"] == on
    assert [end["ended_on"] for end in (await _entry(client, university, below))["details"]["ends"]] == ["2039-01-01"]


async def test_a_corrected_licence_takes_its_sub_licences_along(client: httpx.AsyncClient) -> None:
    university, firm, upper, below = await _licensed(client)
    asked = {"origin": "here", "licence_type": "exclusive", "party_id": await find_party(client, firm)}
    wider = (await post_right_correction(client, university, upper, **asked, sub_licensing=True)).json()
    assert (await _entry(client, university, below))["details"]["under"] == wider["id"]
    narrow = (await post_right_correction(client, university, wider, **asked, territory=["500000"])).json()
    gone = await _entry(client, university, below)
    assert (gone["details"]["under"], gone["ended_on"]) == (narrow["id"], gone["starts_on"])


async def test_a_sub_licence_names_a_licence_of_its_patent_that_stands_on_its_first_day(
    client: httpx.AsyncClient,
) -> None:
    university = await register_organisation(client)
    patent, another = await enter_patent(client, university), await enter_patent(client, university)
    term = {"starts_on": "2026-01-01", "ends_on": "2026-06-30"}
    upper = (await post_right(client, university, patent["id"], **term)).json()
    pledge = (await post_right(client, university, patent["id"], "pledge")).json()
    asked = {"party_name": "分许可企业", "starts_on": "2026-06-30"}
    for place, licence_id, fields in (
        (patent, "rgt_01h455vb4pex5vsknk084sn02q", {}),
        (patent, pledge["id"], {}),
        (another, upper["id"], {}),
        (patent, upper["id"], {"starts_on": "2026-07-01"}),
        (patent, upper["id"], {"starts_on": "2025-12-31"}),
    ):
        said = await post_right(client, university, place["id"], licence=licence_id, **asked | fields)
        assert (said.status_code, said.json()["code"]) == (422, "no_upper_licence")
    made = await post_right(client, university, patent["id"], licence=upper["id"], **asked)
    assert made.status_code == 201, made.text


async def test_nothing_but_a_licence_is_granted_under_one(client: httpx.AsyncClient) -> None:
    university, _, upper, _ = await _licensed(client)
    said = await post_right(client, university, upper["patent_id"], "pledge", licence=upper["id"])
    assert [(error["pointer"], error["code"]) for error in said.json()["errors"]] == [("/licence", "not_a_licence")]


async def test_whose_licence_is_over_records_nothing_under_it(client: httpx.AsyncClient) -> None:
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, university)
    await list_patent(client, university, patent["id"])
    upper = await post_right(client, university, patent["id"], origin="here", party_id=await find_party(client, firm),
                        sub_licensing=True, ends_on="2026-06-30")  # fmt: skip
    asked = {"licence": upper.json()["id"], "party_name": "分许可企业"}
    fact = await post_right(client, firm, patent["id"], **asked)
    assert (fact.status_code, fact.json()["code"]) == (403, "not_the_holder")
    here = await post_right(client, firm, patent["id"], origin="here", **asked)
    assert (here.status_code, here.json()["code"]) == (403, "not_the_licensee")
    told_by_the_holder = await post_right(client, university, patent["id"], **asked)
    assert told_by_the_holder.status_code == 201, told_by_the_holder.text


async def test_a_licensee_grants_under_its_licence_until_an_end_that_lies_ahead(client: httpx.AsyncClient) -> None:
    university, firm, upper, _ = await _licensed(client)
    await post_right_end(client, university, upper, "2036-01-01")
    asked = {"origin": "here", "licence": upper["id"], "party_name": "另一分许可企业"}
    beyond = await post_right(client, firm, upper["patent_id"], **asked)
    assert (beyond.status_code, reason_codes(beyond.json())) == (409, {"beyond_the_licence"})
    within = await post_right(client, firm, upper["patent_id"], **asked, ends_on="2035-12-31")
    assert within.status_code == 201, within.text


async def test_an_exclusive_sub_licence_agreed_elsewhere_is_a_fact(client: httpx.AsyncClient) -> None:
    university, firm, upper, _ = await _licensed(client)
    asked = {"licence": upper["id"], "licence_type": "exclusive"}
    here = await post_right(client, firm, upper["patent_id"], origin="here", **asked)
    assert [error["code"] for error in here.json()["errors"]] == ["sub_licence_is_ordinary"]
    fact = await post_right(client, university, upper["patent_id"], **asked)
    assert (fact.status_code, fact.json()["licence_type"]) == (201, "exclusive")
