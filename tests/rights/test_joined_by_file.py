"""A file whose row joins two patents with conflicting rights is taken up but for that row."""

import httpx
import pytest

from tests.scenarios.imports import csv_table, get_rows, outcomes, run_import
from tests.scenarios.members import register_organisation
from tests.scenarios.patents import application_number, enter_patent, publication_number
from tests.scenarios.rights import post_right

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("burdened", [1, 2])
async def test_a_row_joins_two_patents_only_where_rights_stand_on_one(client: httpx.AsyncClient, burdened: int) -> None:
    university = await register_organisation(client)
    number, publication = application_number(), publication_number()
    one = await enter_patent(client, university, application_number=number)
    other = await enter_patent(client, university, application_number=None, publication_number=publication)
    for row, of in [(one, "exclusive"), (other, "ordinary")][:burdened]:
        said = await post_right(client, university, row["id"], origin="here", licence_type=of)
        assert said.status_code == 201, said.text
    file = csv_table(
        {"申请号": number, "公开号": publication, "名称": one["title"]},
        {"申请号": application_number(), "公开号": "", "名称": "另一专利"},
    )
    for mode in ("check", "apply"):
        found = await run_import(client, university, file, mode=mode)  # type: ignore[arg-type]  # it has headers as a Person has
        assert outcomes(found) == {"conflict" if burdened > 1 else "updated": 1, "created": 1}
        told = await get_rows(client, university, found)  # type: ignore[arg-type]
        codes = {error["code"] for row in told for error in row["errors"]}
        assert codes == ({"rights_on_both"} if burdened > 1 else set())
    merged = await client.get(f"/v1/patents/{other['id']}", headers=university.headers, follow_redirects=True)
    assert (merged.json()["id"] == one["id"]) == (burdened == 1)
