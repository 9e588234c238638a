"""A sub-licence stands and falls with its licence, and never beyond it (Civil Code, art. 867)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.rights.codes import LicenceType, Origin
from backend.rights.scope_rules import Period
from backend.rights.sub_licence_rules import ends_by_correction, ends_with
from tests import factories
from tests.catalogue.made import entered, listed
from tests.factories import Member
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
from tests.rights.made import ended, evidence, party_of, right

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
    """Give a licensor, its licensee, the licence and the sub-licence under it."""
    university, firm = await factories.organisation(client), await factories.organisation(client, "enterprise")
    patent = await entered(client, university)
    await listed(client, university, patent["id"])
    upper = await right(client, university, patent["id"], origin="here", licence_type="exclusive",
                        party_id=await party_of(client, firm), sub_licensing=True)  # fmt: skip
    below = await right(client, firm, patent["id"], origin="here", licence=upper.json()["id"])
    assert below.status_code == 201, below.text
    return university, firm, upper.json(), below.json()


async def _entry(client: httpx.AsyncClient, who: Member, entry: dict[str, Any]) -> dict[str, Any]:
    said = (await client.get(f"/v1/patents/{entry['patent_id']}/rights", headers=who.headers)).json()
    return next(item for item in said["items"] if item["id"] == entry["id"])


async def _corrected(client: httpx.AsyncClient, who: Member, entry: dict[str, Any], **fields: Any) -> httpx.Response:
    body = {"kind": entry["kind"], "effective_on": "2026-01-01", "source": "合同（更正）", "reason": "登记有误",
            "evidence_files": [await evidence(client, who)], **fields}  # fmt: skip
    place = f"/v1/patents/{entry['patent_id']}/rights/{entry['id']}/correction"
    return await client.post(place, json=body, headers=who.headers)


async def test_an_end_brought_forward_brings_those_of_the_sub_licences_forward(client: httpx.AsyncClient) -> None:
    university, _, upper, below = await _licensed(client)
    for on in ("2039-01-01", "2036-09-01"):
        assert (await ended(client, university, upper, on)).status_code == 200
        assert (await _entry(client, university, below))["ended_on"] == on
    assert [end["ended_on"] for end in (await _entry(client, university, below))["details"]["ends"]] == ["2039-01-01"]


async def test_a_corrected_licence_takes_its_sub_licences_along(client: httpx.AsyncClient) -> None:
    university, firm, upper, below = await _licensed(client)
    asked = {"origin": "here", "licence_type": "exclusive", "party_id": await party_of(client, firm)}
    wider = (await _corrected(client, university, upper, **asked, sub_licensing=True)).json()
    assert (await _entry(client, university, below))["details"]["under"] == wider["id"]
    narrow = (await _corrected(client, university, wider, **asked, territory=["500000"])).json()
    gone = await _entry(client, university, below)
    assert (gone["details"]["under"], gone["ended_on"]) == (narrow["id"], gone["starts_on"])
