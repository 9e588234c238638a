"""What goes abroad, through the front door."""

import httpx
import pytest

from tests.scenarios import members as factories
from tests.scenarios.patents import entered
from tests.scenarios.rights import codes, party_of, permitted, right


@pytest.mark.parametrize("country", ["US", "HK", "MO", "TW"])
async def test_what_goes_to_a_party_outside_the_mainland_is_an_export_whatever_the_asker_says(
    client: httpx.AsyncClient, country: str
) -> None:
    university = await factories.organisation(client)
    abroad = await factories.organisation(client, "enterprise", country=country)
    patent, party = (await entered(client, university))["id"], await party_of(client, abroad)
    granted = await right(client, university, patent, origin="here", party_id=party)
    assert (granted.status_code, codes(granted.json())) == (409, {"export_formalities"})
    said = await permitted(client, university, patent, "assign", to_party=party)
    assert codes(said) == {"export_formalities"}
    assert codes(await permitted(client, university, patent, "pledge", to_party=party)) == set()
