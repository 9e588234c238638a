"""What was done to a contract can be read by its sides, and checked by a stranger with the tools of any machine."""

import hashlib
import io
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from backend.core.canonical import fingerprint
from tests.scenarios.contracts import (
    Parties,
    draw_up_contract,
    enter_certificate,
    get_contract,
    revise,
    sign,
    sign_with_certificate,
)
from tests.scenarios.members import Member
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def busy_contract(client: httpx.AsyncClient) -> Parties:
    """Return a contract with a history: signed in part, questioned, revised, signed by all, amended."""
    parties = await draw_up_contract(client)
    await sign(client, parties.lender, parties)
    wish = {"text": "请改为二十四个月。", "pointers": ["/term_months"]}
    await post(client, parties.borrower, f"{parties.path}/change-request", wish, 200)
    await revise(client, parties, term_months=24)
    signer = await enter_certificate(client, parties.lender)
    await sign_with_certificate(client, parties.lender, parties, signer)
    await sign(client, parties.borrower, parties)
    changes = {"changes": {"purpose": "扩大生产"}, "note": "各方协商一致。"}
    await post(client, parties.borrower, f"{parties.path}/amendments", changes, 201)
    return parties


async def entries(client: httpx.AsyncClient, who: Member, parties: Parties) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = await get(client, who, f"{parties.path}/timeline", **query)
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]


async def test_it_tells_who_did_what_when_with_old_and_new_values_and_files(client: httpx.AsyncClient) -> None:
    parties = await busy_contract(client)
    found = await entries(client, parties.borrower, parties)
    lender, borrower = parties.lender.organisation_id, parties.borrower.organisation_id
    assert [(one["kind"].removeprefix("contract."), one["organisation_id"]) for one in found] == [
        ("drafted", lender), ("signed", lender), ("change_asked", borrower), ("revised", lender), ("signed", lender),
        ("signed", borrower), ("effective", borrower), ("amendment_proposed", borrower),
    ]  # fmt: skip
    revised = found[3]
    assert (revised["old"]["terms"], revised["new"]["terms"]) == ({"term_months": 12}, {"term_months": 24})
    assert [one["name"] for one in found[4]["files"]] == ["versions/2/signatures/side-1.p7s", "versions/2/signed.pdf"]
    assert [one["user_id"] is None for one in found] == [one["organisation_id"] == lender for one in found]
    assert [one["at"] for one in found] == sorted(one["at"] for one in found)


async def get_archive(client: httpx.AsyncClient, who: Member, parties: Parties) -> bytes:
    answer = await client.get(f"{parties.path}/timeline.zip", headers=who.headers)
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_its_archive_is_checked_with_standard_tools_and_is_the_same_for_both_sides(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    parties = await busy_contract(client)
    archive = await get_archive(client, parties.lender, parties)
    assert [await get_archive(client, who, parties) for who in (parties.borrower, parties.lender)] == [archive] * 2
    contract = await get_contract(client, parties.lender, parties)
    _assert_tools_agree(archive, tmp_path)
    statement = (tmp_path / "versions/2/bound.json").read_bytes()
    bound = json.loads(statement)
    assert hashlib.sha256(statement).hexdigest() == contract["present"]["bound_hash"]
    assert fingerprint(bound) == contract["present"]["bound_hash"], "canonical: anybody can write it again"
    for name in ("terms.json", "document.pdf"):
        key = name.partition(".")[0] + "_hash"
        assert hashlib.sha256((tmp_path / "versions/2" / name).read_bytes()).hexdigest() == bound[key]
    assert bound["version"] == 2
    assert [side["organisation_id"] for side in bound["sides"]] == [
        parties.lender.organisation_id,
        parties.borrower.organisation_id,
    ]
    signatures = json.loads((tmp_path / "versions/2/signatures.json").read_bytes())
    assert {one["bound_hash"] for one in signatures} == {contract["present"]["bound_hash"]}
    assert "usr_" not in _json_in(tmp_path)


def _json_in(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in folder.rglob("*.json"))


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _assert_tools_agree(archive: bytes, folder: Path) -> None:
    (folder.parent / "timeline.zip").write_bytes(archive)
    for command in (
        ["unzip", "-t", "-q", str(folder.parent / "timeline.zip")],
        ["unzip", "-q", str(folder.parent / "timeline.zip")],
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
    ):
        ran = _run(command, folder)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    sums = {line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    assert names - {"SHA256SUMS"} == sums == {
        "README.md", "contract.json", "timeline.json",
        *(f"versions/{n}/{name}" for n in (1, 2, 3)
          for name in ("terms.json", "bound.json", "signatures.json", "document.pdf")),
        "versions/2/signed.pdf", "versions/2/signatures/side-1.p7s",
    }  # fmt: skip


async def test_a_file_that_was_changed_fails_the_check(client: httpx.AsyncClient, tmp_path: Path) -> None:
    parties = await draw_up_contract(client)
    with zipfile.ZipFile(io.BytesIO(await get_archive(client, parties.lender, parties))) as opened:
        opened.extractall(tmp_path)
    terms = tmp_path / "versions/1/terms.json"
    terms.write_bytes(terms.read_bytes().replace(b"12", b"13"))
    ran = _run(["sha256sum", "-c", "SHA256SUMS"], tmp_path)
    assert ran.returncode != 0
    assert "versions/1/terms.json: FAILED" in ran.stdout
