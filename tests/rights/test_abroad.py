"""What goes abroad, through the front door."""

import httpx
import pytest

from tests.scenarios.members import find_party, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.rights import get_permission, post_right, reason_codes


@pytest.mark.parametrize("country", ["US", "HK", "MO", "TW"])
async def test_what_goes_to_a_party_outside_the_mainland_is_an_export_whatever_the_asker_says(
    client: httpx.AsyncClient, country: str
) -> None:
    university = await register_organisation(client)
    abroad = await register_organisation(client, "enterprise", country=country)
    patent, party = (await enter_patent(client, university))["id"], await find_party(client, abroad)
    granted = await post_right(client, university, patent, origin="here", party_id=party)
    assert (granted.status_code, reason_codes(granted.json())) == (409, {"export_formalities"})
    said = await get_permission(client, university, patent, "assign", to_party=party)
    assert reason_codes(said) == {"export_formalities"}
    assert reason_codes(await get_permission(client, university, patent, "pledge", to_party=party)) == set()
