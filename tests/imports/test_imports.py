"""A register goes in: every row is accounted for."""

from pathlib import Path

from fastapi import FastAPI
from httpx import AsyncClient

from tests.imports.people import counts, done, person, rows, table

GAZETTE = "registers/cn_university_gazette_20190712_gb18030.csv"


async def test_the_gazette_is_accounted_for_to_the_last_row(app: FastAPI, client: AsyncClient, shared: Path) -> None:
    staff = await person(app, "平台", "platform")
    content = (shared / "data" / GAZETTE).read_bytes()
    checked = await done(client, staff, content, mode="check")
    found = await done(client, staff, content)
    assert found["status"] == "done", found
    assert found["progress"] == {"done": 5178, "total": 5178}
    assert sum(found["counts"].values()) == 5178
    assert checked["counts"] == found["counts"]
    assert {e["code"]: e["count"] for e in found["errors"]}["number_ruined_by_spreadsheet"] == 3853
    assert found["with_errors"] == 3853
    again = await done(client, staff, content)
    assert counts(again) == {"unchanged": 5178}
