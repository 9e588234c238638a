"""XML of the offices lands field by field as the source says it, which is read here by ElementTree's plain paths."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from backend.core.errors import Problem
from backend.imports.layout import layout_of
from backend.register_import.patent_import import FIELDS, NEEDS
from tests.scenarios.imports import get_patent_by_number, get_rows, insert_member, outcomes, post_import, run_import

BUSINESS = "{http://www.sipo.gov.cn/XMLSchema/business}"
BASE = "{http://www.sipo.gov.cn/XMLSchema/base}"
PATENT = "{http://www.wipo.int/standards/XMLSchema/ST96/Patent}"
COMMON = "{http://www.wipo.int/standards/XMLSchema/ST96/Common}"
DOCDB = "{http://www.epo.org/exchange}"


def records(content: bytes, fields: frozenset[str] = FIELDS) -> list[dict[str, str]]:
    """Return the cells of each record by field, the empty ones left out."""
    file = io.BytesIO(content)
    found = layout_of(file, fields, NEEDS)
    return [{name: cell for name, cell in zip(found.headings, row, strict=True) if cell} for _, row in found.rows(file)]


def bare(text: str) -> str:
    return "".join(text.split())


def whole(root: ET.Element, path: str) -> str:
    found = root.find(path)
    assert found is not None, path
    return bare("".join(found.itertext()))


def each(root: ET.Element, path: str) -> list[str]:
    return [bare("".join(one.itertext())) for one in root.findall(path)]


def day(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def source(content: bytes) -> ET.Element:
    return ET.fromstring(re.sub(rb"<!DOCTYPE[^>]*>", b"", content))  # noqa: S314 - a file of our own data


def of_cnipa(root: ET.Element) -> dict[str, str]:
    at = f"{BUSINESS}BibliographicData/{BUSINESS}"
    original = "[@dataFormat='original']"
    document = f"{at}PublicationReference{original}/{BASE}DocumentID/{BASE}"
    filed = f"{at}ApplicationReference{original}/{BASE}DocumentID/{BASE}"
    parties = f"{at}Parties/{BUSINESS}"
    symbols = each(root, f"{at}ClassificationIPCRDetails/{BUSINESS}ClassificationIPCR/{BASE}Text")
    older = f"{at}ClassificationIPC/{BUSINESS}"
    for sort in ("Main", "Further"):
        symbols += each(root, f"{older}{sort}Classification{original}")
    sort = "grant" if whole(root, f"{document}Kind") == "B" else "publication"
    return {
        "title": whole(root, f"{at}InventionTitle"),
        "abstract": whole(root, f"{BUSINESS}Abstract"),
        "first_claim": whole(root, f"{BUSINESS}Claims/{BUSINESS}Claim"),
        f"{sort}_number": "CN" + whole(root, f"{document}DocNumber") + whole(root, f"{document}Kind"),
        f"{sort}_date": day(whole(root, f"{document}Date")),
        "application_number": "CN" + whole(root, f"{filed}DocNumber"),
        "filing_date": day(whole(root, f"{filed}Date")),
        "ipc": ";".join(symbol.partition("(")[0] for symbol in symbols),
        "applicants": ";".join(each(root, f"{parties}ApplicantDetails//{BASE}Name")),
        "inventors": ";".join(each(root, f"{parties}InventorDetails//{BASE}Name")),
    }


def of_cnipa_old(root: ET.Element) -> dict[str, str]:
    at = "cn-bibliographic-data/"
    document, filed = f"{at}cn-publication-reference/document-id/", f"{at}application-reference/document-id/"
    return {
        "title": whole(root, f"{at}invention-title"),
        "abstract": each(root, f"{at}abstract/p")[0],
        "first_claim": whole(root, "application-body/claims/claim"),
        "publication_number": "CN" + whole(root, f"{document}doc-number") + whole(root, f"{document}kind"),
        "publication_date": day(whole(root, f"{document}date")),
        "application_number": "CN" + whole(root, f"{filed}doc-number"),
        "filing_date": day(whole(root, f"{filed}date")),
        "ipc": ";".join(s.partition("(")[0] for s in each(root, f"{at}classifications-ipcr/classification-ipcr/text")),
        "applicants": ";".join(each(root, f"{at}cn-parties/cn-applicants/cn-applicant/addressbook/name")),
        "inventors": ";".join(each(root, f"{at}cn-parties/cn-inventors/cn-inventor//name")),
    }


def of_uspto(root: ET.Element) -> dict[str, str]:
    sort = "grant" if root.tag == "us-patent-grant" else "publication"
    at = f"us-bibliographic-data-{'grant' if sort == 'grant' else 'application'}/"
    document, filed = f"{at}publication-reference/document-id/", f"{at}application-reference/document-id/"
    parts = [
        [each(one, name)[0] for name in ("section", "class", "subclass", "main-group", "subgroup")]
        for one in root.findall(f"{at}classifications-ipcr/classification-ipcr")
    ]
    names = [
        [f"{whole(one, './/first-name')}{whole(one, './/last-name')}" for one in root.findall(f"{at}us-parties/{path}")]
        for path in ("us-applicants/us-applicant", "inventors/inventor")
    ]
    return {
        "title": whole(root, f"{at}invention-title"),
        "title_en": whole(root, f"{at}invention-title"),
        "abstract_en": whole(root, "abstract"),
        "first_claim": whole(root, "claims/claim"),
        f"{sort}_number": "US" + whole(root, f"{document}doc-number") + whole(root, f"{document}kind"),
        f"{sort}_date": day(whole(root, f"{document}date")),
        "application_number": "US" + whole(root, f"{filed}doc-number"),
        "filing_date": day(whole(root, f"{filed}date")),
        "ipc": ";".join("{}{}{}{}/{}".format(*part) for part in parts),
        "applicants": ";".join(names[0]),
        "inventors": ";".join(names[1]),
        "kind": "invention",
    }


def of_st96(root: ET.Element) -> dict[str, str]:
    at = f"{PATENT}BibliographicData/{PATENT}"
    document, filed = f"{at}PatentPublicationIdentification/", f"{at}ApplicationIdentification/"
    parts = [
        [whole(one, PATENT + name) for name in ("Section", "Class", "Subclass", "MainGroup", "Subgroup")]
        for one in root.iter(f"{PATENT}IPCRClassification")
    ]
    people = [
        f"{whole(one, f'.//{COMMON}FirstName')}{whole(one, f'.//{COMMON}LastName')}"
        for one in root.iter(f"{PATENT}Inventor")
    ]
    number = whole(root, f"{document}{PATENT}PublicationNumber").lstrip("0")
    claim = root.find(f"{PATENT}Claims/{PATENT}Claim/{PATENT}ClaimText")
    assert claim is not None
    return {
        "title": whole(root, f"{at}InventionTitleBag/{PATENT}InventionTitle"),
        "abstract_en": whole(root, f"{PATENT}Abstract"),
        "first_claim": bare("".join(claim.itertext())),
        "grant_number": f"US{number}{whole(root, f'{document}{COMMON}PatentDocumentKindCode')}",
        "grant_date": whole(root, f"{document}{COMMON}PublicationDate"),
        "application_number": "US" + whole(root, f"{filed}{COMMON}ApplicationNumber"),
        "filing_date": whole(root, f"{filed}{PATENT}FilingDate"),
        "ipc": ";".join("{}{}{}{}/{}".format(*part) for part in parts),
        "inventors": ";".join(people),
        "holders": ";".join(each(root, f".//{PATENT}Assignee//{COMMON}EntityName")),
        "kind": "invention",
    }


def of_ops(root: ET.Element) -> dict[str, str]:
    at = f".//{DOCDB}bibliographic-data/{DOCDB}"
    document = f"{at}publication-reference/{DOCDB}document-id[@document-id-type='docdb']/{DOCDB}"
    filed = f"{at}application-reference/{DOCDB}document-id[@document-id-type='epodoc']/{DOCDB}"
    english = "[@lang='en']"
    return {
        "title": whole(root, f"{at}invention-title{english}"),
        "abstract_en": whole(root, f".//{DOCDB}abstract{english}"),
        "publication_number": "".join(whole(root, document + name) for name in ("country", "doc-number", "kind")),
        "publication_date": day(whole(root, f"{document}date")),
        "application_number": "EP10167109",
        "filing_date": day(whole(root, f"{filed}date")),
        "ipc": "H04W84/20",
        "applicants": "9SOLUTIONSOY",
        "inventors": "HERRALASAMI;KYLMAENENJARI;NIEMIJAAKKO",
        "kind": "invention",
    }


FORMS = {"cnipa_new": of_cnipa, "cnipa_old": of_cnipa_old, "uspto": of_uspto, "wipo": of_st96, "epo_ops_b": of_ops}
FILES = [
    "cnipa_new_1987.xml", "cnipa_new_2011.xml", "cnipa_new_2019_grant.xml", "cnipa_new_2019_wuhan_university.xml",
    "cnipa_old_1.xml", "cnipa_old_3.xml", "cnipa_old_4.xml", "uspto_application_v45.xml", "uspto_grant_v45.xml",
    "wipo_st96_patent_publication.xml", "epo_ops_biblio.xml",
]  # fmt: skip


def told(content: bytes, name: str) -> dict[str, str]:
    return next(read for begins, read in FORMS.items() if name.startswith(begins))(source(content))


@pytest.mark.parametrize("name", FILES)
def test_every_field_is_as_the_source_says(shared: Path, name: str) -> None:
    content = (shared / "data/xml" / name).read_bytes()
    (found,) = records(content)
    assert {field: bare(found.get(field, "")) for field in told(content, name)} == told(content, name)


def test_what_the_eye_reads_is_what_lands(shared: Path) -> None:
    (grant,) = records((shared / "data/xml/cnipa_new_2019_grant.xml").read_bytes())
    assert grant["holders"] == "广州市智专信息科技有限公司"
    assert (grant["publication_number"], grant["publication_date"]) == ("CN101945314A", "2011-01-12")
    assert grant["first_claim"].splitlines()[0] == "1.一种耳机，其特征在于，所述耳机包括，"
    (old,) = records((shared / "data/xml/cnipa_old_3.xml").read_bytes())
    assert "马来酸盐的结晶的制造方法，" in old["first_claim"]  # the source wraps it within 制造方法
    (american,) = records((shared / "data/xml/uspto_grant_v45.xml").read_bytes())
    assert american["first_claim"].splitlines()[1] == "(a) a footplate having front and rear ends;"


def varied(content: bytes, number: bytes, title: bytes, times: int) -> Iterator[bytes]:
    """Yield the document again and again, each time another patent."""
    for n in range(times):
        changed = content.replace(number, b"%d" % (int(number) + n))
        yield changed.replace(title, title + b" No. %d" % n)


def test_documents_one_behind_the_other_are_each_a_record_and_a_broken_one_is_an_error_of_its_row(shared: Path) -> None:
    content = (shared / "data/xml/uspto_grant_v45.xml").read_bytes()
    one, two, three = varied(content, b"11147202", b">Wheeled hand truck", 3)
    file = io.BytesIO(b"\n".join([one, two[:-2_000], three]))
    found = layout_of(file, FIELDS, NEEDS)
    read = list(found.rows(file))
    assert [number for number, _ in read] == [2, 3, 4]
    assert [bool(row) for _, row in read] == [True, False, True]
    cells = [found.cells(row) for _, row in read]
    assert [cells[0]["grant_number"], cells[2]["grant_number"]] == ["US11147202B2", "US11147204B2"]


def test_an_answer_with_several_offices_gives_a_patent_of_each(shared: Path) -> None:
    found = records((shared / "data/xml/epo_ops_family_legal.xml").read_bytes())
    assert [(one.get("publication_number"), one.get("grant_number"), one["application_number"]) for one in found] == [
        ("EP2400812A1", None, "EP10167109"),
        (None, "EP2400812B1", "EP10167109"),
        ("CA2744162A1", None, "CA2744162"),
        ("US20120057518A1", None, "US13167395"),
        (None, "US9648662B2", "US13167395"),
    ]
    assert [one["filing_date"] for one in found] == ["2010-06-24"] * 2 + ["2011-06-23"] * 3


def test_a_container_of_many_records_is_read_record_by_record(shared: Path) -> None:
    content = (shared / "data/xml/wipo_st96_patent_publication.xml").read_bytes()
    body = content[content.index(b"<pat:PatentPublication") :]
    several = b"<?xml version='1.0'?><bag>" + b"".join(varied(body, b"8936998", b"substrate bonding", 3)) + b"</bag>"
    assert [one["grant_number"] for one in records(several)] == ["US8936998B2", "US8936999B2", "US8937000B2"]
    assert [one["title"][-5:] for one in records(several)] == ["No. 0", "No. 1", "No. 2"]


def test_plain_st36_is_read_too() -> None:
    content = """<?xml version="1.0" encoding="gb18030"?><patent-document lang="zh" country="CN"><bibliographic-data>
      <publication-reference><document-id><country>CN</country><doc-number>107123456</doc-number><kind>A</kind>
      <date>20170901</date></document-id></publication-reference>
      <invention-title lang="zh">一种&nbsp;电池</invention-title><invention-title lang="en">Battery</invention-title>
      <parties><applicants><applicant><addressbook><orgname>甲大学</orgname></addressbook></applicant></applicants>
      </parties></bibliographic-data></patent-document>""".replace("<patent", "<!DOCTYPE p SYSTEM 'no.dtd'><patent", 1)
    assert records(content.encode("gb18030")) == [
        {
            "publication_number": "CN107123456A", "publication_date": "2017-09-01", "title": "一种 电池",
            "title_en": "Battery", "applicants": "甲大学",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
async def test_every_file_of_the_offices_lands_through_the_front_door(
    app: FastAPI, client: AsyncClient, shared: Path, name: str
) -> None:
    who = await insert_member(app, "平台", "platform")
    content = (shared / "data/xml" / name).read_bytes()
    found = await run_import(client, who, content)
    (row,) = await get_rows(client, who, found)
    assert row["outcome"] in ("created", "unchanged"), row  # another test's database may know it
    (cells,) = records(content)
    number = cells.get("grant_number") or cells["publication_number"]
    whole_patent: dict[str, Any] = await get_patent_by_number(client, who, number)
    for field in ("title", "filing_date", "publication_date", "grant_date", "title_en"):
        assert whole_patent[field] == cells.get(field), field
    assert whole_patent["applicants"] == cells["applicants"].split(";")
    wrong = ["check_digit_missing"] if "1987" in name else []  # numbers of that time were published without it
    assert [error["code"] for error in row["errors"]] == wrong


async def test_a_family_without_titles_completes_what_is_on_record(
    app: FastAPI, client: AsyncClient, shared: Path
) -> None:
    who = await insert_member(app, "平台", "platform")
    await run_import(client, who, (shared / "data/xml/epo_ops_biblio.xml").read_bytes())
    found = await run_import(client, who, (shared / "data/xml/epo_ops_family_legal.xml").read_bytes())
    assert sum(outcomes(found).values()) == 5
    told_rows = await get_rows(client, who, found)
    assert [row["outcome"] == "rejected" for row in told_rows] == [False, False, True, True, True]
    assert {error["code"] for row in told_rows[2:] for error in row["errors"]} >= {"title_missing"}
    assert (await get_patent_by_number(client, who, "EP2400812B1"))["grant_date"] == "2019-11-27"


async def test_xml_is_refused_for_listings(app: FastAPI, client: AsyncClient, shared: Path) -> None:
    who = await insert_member(app, "挂牌大学")
    answer = await post_import(client, who, (shared / "data/xml/cnipa_old_1.xml").read_bytes(), kind="listings")
    assert (answer.status_code, answer.json()["code"]) == (422, "format_not_for_kind")


def test_other_xml_is_named_in_the_refusal() -> None:
    with pytest.raises(Problem) as refused:
        records(b"<?xml version='1.0'?><invoice><p/></invoice>")
    assert (refused.value.code, refused.value.facts["found"]) == ("file_not_readable", "XML <invoice>")
