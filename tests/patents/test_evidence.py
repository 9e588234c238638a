"""Holdings and assessments take files as evidence, and show them to whom they show the evidence itself."""

import secrets
from typing import Any

import httpx
import pytest

from tests.patents.test_merge import change, two_rows
from tests.scenarios.files import upload_file
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent

GRADED = {"grade": "A", "method": "评审", "assessor": "中心", "assessed_on": "2026-01-01"}
UNKNOWN = "fil_01h455vb4pex5vsknk084sn02q"


async def name_holder_with_files(
    client: httpx.AsyncClient, member: Member, patent_id: str, holder: Member, *files: str
) -> dict[str, Any]:
    """Return the holding by which the member names a further holder of a patent."""
    party = (await client.get(f"/v1/organisations/{holder.organisation_id}")).json()["party_id"]
    body = {"party_id": party, "evidence": "登记簿副本", "evidence_files": list(files)}
    answer = await client.post(f"/v1/patents/{patent_id}/holdings", json=body, headers=member.headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def post_assessment(client: httpx.AsyncClient, member: Member, patent_id: str, *files: str) -> httpx.Response:
    body = {**GRADED, "evidence_files": list(files)}
    return await client.post(f"/v1/patents/{patent_id}/assessments", json=body, headers=member.headers)


async def items(client: httpx.AsyncClient, member: Member | None, path: str) -> list[dict[str, Any]]:
    answer = await client.get(path, headers=member.headers if member else {})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_holdings_files_show_to_parties_and_offices_alone(client: httpx.AsyncClient) -> None:
    mine, rival, other = [await register_organisation(client) for _ in range(3)]
    staff = await sign_in_platform(client)
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    files = [await upload_file(client, mine, name=f"{n}.pdf") for n in range(3)]
    ids = [file["id"] for file in reversed(files)]
    claimed = await name_holder_with_files(client, mine, patent["id"], rival, *ids)
    first = {name: files[2][name] for name in ("id", "filename", "media_type", "size", "sha256", "uploaded_at")}
    assert claimed["evidence_files"][0] == first
    assert [file["id"] for file in claimed["evidence_files"]] == ids, "in the order in which they were named"
    path = f"/v1/patents/{patent['id']}/holdings"
    for member in (mine, rival, staff):
        shown = next(one for one in await items(client, member, path) if one["id"] == claimed["id"])
        assert [file["id"] for file in shown["evidence_files"]] == ids
    for stranger in (other, None):
        shown = next(one for one in await items(client, stranger, path) if one["id"] == claimed["id"])
        assert (shown["evidence"], shown["evidence_files"]) == (None, [])
    verdict = {"outcome": "verified", "reason": "与登记簿一致"}
    verified = await client.post(f"{path}/{claimed['id']}/verification", json=verdict, headers=staff.headers)
    assert [file["id"] for file in verified.json()["evidence_files"]] == ids


async def test_a_holder_whose_holding_is_disputed_sees_no_evidence_of_others(client: httpx.AsyncClient) -> None:
    mine, rival, staff = *[await register_organisation(client) for _ in range(2)], await sign_in_platform(client)
    patent = await enter_patent(client, mine)
    await list_patent(client, mine, patent["id"])
    files = [await upload_file(client, mine) for _ in range(3)]
    path = f"/v1/patents/{patent['id']}"
    await post_assessment(client, mine, patent["id"], files[0]["id"])
    other = {"party_name": "示例共有人", "evidence": "协议", "evidence_files": [files[1]["id"]]}
    assert (await client.post(f"{path}/holdings", json=other, headers=mine.headers)).status_code == 201
    claimed = await name_holder_with_files(client, mine, patent["id"], rival, files[2]["id"])
    disputed = await client.post(
        f"{path}/holdings/{claimed['id']}/dispute", json={"reason": "权属纠纷"}, headers=mine.headers
    )
    assert disputed.status_code == 200

    async def sees(member: Member) -> tuple[int, list[str], list[int]]:
        holdings = await items(client, member, f"{path}/holdings")
        shown = [one["id"] for holding in holdings for one in holding["evidence_files"]]
        read = [(await client.get(f"/v1/files/{file['id']}/content", headers=member.headers)).status_code
                for file in files]  # fmt: skip
        return len(await items(client, member, f"{path}/assessments")), shown, read

    assert await sees(rival) == (0, [files[2]["id"]], [404, 404, 200])
    assert await sees(mine) == (1, [files[1]["id"], files[2]["id"]], [200, 200, 200])
    verdict = {"outcome": "verified", "reason": "与登记簿一致"}
    await client.post(f"{path}/holdings/{claimed['id']}/verification", json=verdict, headers=staff.headers)
    assert await sees(rival) == (1, [files[1]["id"], files[2]["id"]], [200, 200, 200])


async def test_an_assessments_files_are_read_by_every_holder(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    patent, file = await enter_patent(client, mine), await upload_file(client, mine)
    answer = await post_assessment(client, mine, patent["id"], file["id"])
    assert [one["id"] for one in answer.json()["evidence_files"]] == [file["id"]]
    (shown,) = await items(client, mine, f"/v1/patents/{patent['id']}/assessments")
    assert [one["id"] for one in shown["evidence_files"]] == [file["id"]]
    content = f"/v1/files/{file['id']}/content"
    assert (await client.get(content, headers=other.headers)).status_code == 404
    await list_patent(client, mine, patent["id"])
    assert (await client.get(content, headers=other.headers)).status_code == 404, "who sees a listing sees no evidence"
    claim = await client.post(f"/v1/patents/{patent['id']}/holdings", json={}, headers=other.headers)
    assert (claim.status_code, claim.json()["code"]) == (403, "not_the_holder")
    await enter_patent(client, other, application_number=patent["application_number"])
    assert (await client.get(content, headers=other.headers)).status_code == 404, "nor who merely says to hold it"
    await name_holder_with_files(client, mine, patent["id"], other)
    assert (await client.get(content, headers=other.headers)).status_code == 200


async def test_without_files_there_are_none(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    patent = await enter_patent(client, mine)
    answer = await client.post(f"/v1/patents/{patent['id']}/assessments", json=GRADED, headers=mine.headers)
    assert answer.json()["evidence_files"] == []


async def test_another_organisations_file_is_no_evidence_and_is_not_told_from_none(client: httpx.AsyncClient) -> None:
    mine, other = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    patent, theirs, own = (
        await enter_patent(client, mine),
        await upload_file(client, other),
        await upload_file(client, mine),
    )
    for stranger in (theirs["id"], UNKNOWN):
        answer = await post_assessment(client, mine, patent["id"], own["id"], stranger)
        assert answer.status_code == 422
        assert answer.json()["errors"] == [
            {
                "pointer": "/evidence_files/1",
                "code": "no_such_file",
                "detail": "Your organisation has not uploaded this file.",
            }
        ]
    assert await items(client, mine, f"/v1/patents/{patent['id']}/assessments") == [], "nothing of it was kept"
    said = await post_assessment(client, staff, patent["id"], theirs["id"])
    assert (said.status_code, said.json()["errors"][0]["code"]) == (422, "no_such_file"), "an office neither"


@pytest.mark.parametrize(
    ("files", "place"),
    [(["nonsense"], "/evidence_files/0"), ([UNKNOWN, UNKNOWN], "/evidence_files"), (["fil_x"] * 21, "/evidence_files")],
)
async def test_what_names_no_files_is_refused(client: httpx.AsyncClient, files: list[str], place: str) -> None:
    mine = await register_organisation(client)
    patent = await enter_patent(client, mine)
    answer = await post_assessment(client, mine, patent["id"], *files)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, place)


async def test_two_patents_that_become_one_keep_the_evidence_of_both(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    older, younger = await two_rows(client, one, two)
    staff = await sign_in_platform(client)
    files = {}
    for member, patent in ((one, older), (two, younger)):
        about, seen = await upload_file(client, member), await upload_file(client, staff)
        answer = await post_assessment(client, member, patent["id"], about["id"])
        name = {"party_name": f"权利人{secrets.token_hex(4)}", "evidence_files": [seen["id"]]}
        held = await client.post(f"/v1/patents/{patent['id']}/holdings", json=name, headers=staff.headers)
        files[answer.json()["id"]], files[held.json()["id"]] = about["id"], seen["id"]
    merged = await change(client, staff, younger["id"], application_number=older["application_number"])
    assert merged.status_code == 200, merged.text
    path = f"/v1/patents/{older['id']}"
    shown = [*await items(client, one, f"{path}/assessments"), *await items(client, one, f"{path}/holdings")]
    kept = {thing["id"]: thing["evidence_files"][0]["id"] for thing in shown if thing["evidence_files"]}
    assert kept == files
    for file in files.values():
        for member in (one, staff):
            assert (await client.get(f"/v1/files/{file}", headers=member.headers)).status_code == 200
    said = [one["organisation_id"] for one in await items(client, two, f"{path}/assessments")]
    assert set(said) == {one.organisation_id, two.organisation_id}, "both hold it by the office's word"
