"""What ends: brought forward, never put off, by whoever may, and with all that stands under it."""

import httpx
import pytest

from tests import factories
from tests.catalogue.made import entered
from tests.rights.made import ended, right


@pytest.mark.parametrize(("kind", "of"), [("licence", {"licence_type": "exclusive"}), ("pledge", {})])
async def test_an_end_ahead_is_brought_forward_and_never_put_off(
    client: httpx.AsyncClient, kind: str, of: dict[str, str]
) -> None:
    university = await factories.organisation(client)
    patent = await entered(client, university)
    first = (await right(client, university, patent["id"], kind, origin="here", **of)).json()
    await ended(client, university, first, "2037-01-01")
    then = await right(client, university, patent["id"], kind, origin="here", starts_on="2037-01-01", **of)
    assert then.status_code == 201, then.text
    later = await ended(client, university, first, "2040-01-01")
    assert (later.status_code, later.json()["code"]) == (409, "end_put_off")
    sooner = await ended(client, university, first, "2036-06-30")
    assert (sooner.status_code, sooner.json()["ended_on"]) == (200, "2036-06-30")
    replaced = sooner.json()["details"]["ends"]
    assert [(end["ended_on"], end["because"]) for end in replaced] == [("2037-01-01", "合同解除")]


async def test_a_right_does_not_outlast_its_own_last_day_by_an_end(client: httpx.AsyncClient) -> None:
    university = await factories.organisation(client)
    patent = await entered(client, university)
    made = (await right(client, university, patent["id"], ends_on="2036-12-31")).json()
    late = await ended(client, university, made, "2037-01-02")
    assert (late.status_code, late.json()["code"]) == (409, "end_put_off")
    assert (await ended(client, university, made, "2037-01-01")).status_code == 200
