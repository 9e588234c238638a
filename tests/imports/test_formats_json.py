"""JSON records bring patents and their legal events; an archive brings files of any form, each row telling its own."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import AsyncClient

from backend.imports.layout import layout_of
from backend.register_import.legal_event_import import FIELDS as EVENT_FIELDS
from backend.register_import.patent_import import FIELDS, NEEDS
from tests.imports.containers import ods, ods_row, xls, zipped
from tests.scenarios.imports import (
    get_patent_by_number,
    get_rows,
    insert_member,
    new_number,
    outcomes,
    post_import,
    run_import,
)

RECORD = "data/registers/cn_patent_record_with_legal_events.json"
EVENTS = frozenset({*EVENT_FIELDS, "holders", "former_holders"})


def cells(content: bytes, fields: frozenset[str] = FIELDS) -> list[dict[str, str]]:
    file = io.BytesIO(content)
    found = layout_of(file, fields, NEEDS)
    return [{name: cell for name, cell in zip(found.headings, row, strict=True) if cell} for _, row in found.rows(file)]


def several(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the record as three patents."""
    return [{**record, "title": f"{record['title']}之{n}", "pubNumber": [f"CN10296531{n}A"]} for n in range(3)]


def test_every_field_of_a_record_is_as_the_source_says(shared: Path) -> None:
    record = json.loads((shared / RECORD).read_text("utf-8"))
    for one, found in zip(several(record), cells(json.dumps(several(record)).encode()), strict=True):
        assert found["title"] == one["title"]
        assert found["abstract"] == one["abs"]
        assert found["first_claim"] == one["independentClaims"].removesuffix("/n").replace("\u00a0", " ")
        assert found["publication_number"] == one["pubNumber"][0]
        assert found["application_number"] == "CN201210464170.6"
        days = ("filing_date", "publication_date", "grant_date")
        assert [found[day] for day in days] == ["2012-11-16", "2013-03-13", "2015-03-25"]
        assert found["ipc"] == ";".join(one["ipc"])
        assert found["applicants"] == ";".join(one["applicantName"])
        assert found["inventors"] == ";".join(one["inventorName"])
        assert found["holders"] == "南京轩凯生物科技股份有限公司"


def test_a_record_a_list_and_lines_say_the_same(shared: Path) -> None:
    three = several(json.loads((shared / RECORD).read_text("utf-8")))
    listed = cells(json.dumps(three, indent=2, ensure_ascii=False).encode("gb18030"))
    lines = cells("\n".join(json.dumps(one) for one in three).encode())
    each = [cells(json.dumps(one, indent=1).encode("utf-16"))[0] for one in three]
    assert listed == lines == each


def test_the_announcements_of_a_record_are_events_with_the_holders_before_and_after(shared: Path) -> None:
    found = cells((shared / RECORD).read_bytes(), EVENTS)
    assert [(one["event"], one["effective_on"], one["announced_on"]) for one in found] == [
        ("published", "2013-03-13", "2013-03-13"),
        ("granted", "2015-03-25", "2015-03-25"),
        ("holder_changed", "2020-07-31", "2020-08-21"),
        ("name_changed", "2020-12-22", "2020-12-22"),
    ]  # SE01, the beginning of examination, says nothing of the right
    assert found[2]["former_holders"] == "南京轩凯生物科技有限公司;南京工业大学"
    assert found[2]["holders"] == "南京轩凯生物科技有限公司"
    assert (found[3]["former_holders"], found[3]["holders"]) == (
        "南京轩凯生物科技有限公司", "南京轩凯生物科技股份有限公司"
    )  # fmt: skip
    (whole,) = cells((shared / RECORD).read_bytes(), frozenset({*FIELDS, "legal_events"}))
    told = json.loads(whole["legal_events"])
    assert [one["event"] for one in told] == [one["event"] for one in found]
    assert told[2]["holders_before"] == ["南京轩凯生物科技有限公司", "南京工业大学"]


def test_flat_objects_are_read_by_field_names_and_known_headings() -> None:
    content = json.dumps([{"申请号": 201710601862.3, "title": "电池", "发明人": ["甲", "乙"], "note": {}}])
    assert cells(content.encode()) == [{"application_number": "201710601862.3", "title": "电池", "inventors": "甲;乙"}]


async def test_a_record_lands_through_the_front_door(app: FastAPI, client: AsyncClient, shared: Path) -> None:
    who = await insert_member(app, "平台", "platform")
    found = await run_import(client, who, (shared / RECORD).read_bytes())
    assert (found["format"], found["encoding"]) == ("json", "utf-8")
    assert not outcomes(found).get("rejected")
    whole = await get_patent_by_number(client, who, "CN102965311A")
    assert (whole["application_number"], whole["grant_date"]) == ("201210464170.6", "2015-03-25")


async def test_an_archive_is_one_import_whose_rows_tell_their_file(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "压缩大学")
    one, two, three, four = (new_number() for _ in range(4))
    ours = ("专利权人", "压缩大学")
    content = zipped(
        [
            ("c.ods", ods(ods_row("申请号", "名称", ours[0]) + ods_row(three, "丙", ours[1]))),
            ("xx/yyyy.xls", xls([("申请号", "名称", ours[0]), (two, "乙", ours[1])])),
            ("a.csv", f"申请号,名称,专利权人\n{one},甲,压缩大学\n2.02E+12,坏,压缩大学\n".encode("gb18030")),
            ("d.json", json.dumps({"申请号": four, "名称": "丁", ours[0]: ours[1]})),
            ("readme.pdf", b"%PDF-1.7"),
            ("notes.csv", "天气,心情\n晴,好\n"),
            ("half.xml", "<?xml version='1.0'?><patent-document><bib"),
            ("__MACOSX/._a.csv", b"junk"),
            ("Thumbs.db", b"junk"),
        ]
    ).replace(b"xx/yyyy.xls", "乙/旧表.xls".encode("gb18030"))  # as Chinese Windows writes names
    found = await run_import(client, who, content)
    assert (found["format"], found["files"], outcomes(found)) == ("zip", 4, {"created": 4, "rejected": 1})
    assert {one["file"]: one["code"] for one in found["skipped"]} == {
        "half.xml": "file_damaged", "notes.csv": "columns_missing", "readme.pdf": "file_not_readable"
    }  # fmt: skip
    assert all(one["detail"] for one in found["skipped"])
    told = [(row["file"], row["file_row"], row["outcome"]) for row in await get_rows(client, who, found)]
    assert told == [
        ("a.csv", 2, "created"), ("a.csv", 3, "rejected"), ("c.ods", 2, "created"), ("d.json", 2, "created"),
        ("乙/旧表.xls", 2, "created"),
    ]  # fmt: skip
    text = (await client.get(f"/v1/imports/{found['id']}/rejected.csv", headers=who.headers)).text
    headings, rejected = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rejected[headings.index("Row in the file sent")] == "a.csv: 3"
    assert rejected[headings.index("application_number")] == "2.02E+12"
    assert (await get_patent_by_number(client, who, three))["title"] == "丙"


async def test_a_member_that_breaks_off_is_skipped_whole_and_the_others_land(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "断档大学")
    good, lost = new_number(), new_number()
    begins = json.dumps({"申请号": lost, "名称": "断"})
    content = zipped(
        [
            ("a.json", f"[{begins}, {begins}, "),
            ("b.json", json.dumps({"申请号": good, "名称": "全", "专利权人": who.name})),
        ]
    )
    found = await run_import(client, who, content)
    assert (outcomes(found), found["skipped"][0]["file"]) == ({"created": 1}, "a.json")
    answer = await client.get(f"/v1/patents/by-number/{lost}", headers=who.headers)
    assert answer.status_code == 404


async def test_a_file_without_events_is_refused_where_events_are_asked_for(
    app: FastAPI, client: AsyncClient, shared: Path
) -> None:
    who = await insert_member(app, "事项大学")
    content = (shared / "data/xml/cnipa_old_1.xml").read_bytes()
    assert (await post_import(client, who, content, kind="legal_events")).json()["code"] == "format_not_for_kind"
