"""A row that has numbers of two patents joins them, where nothing speaks against it."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.scenarios.imports import counts, done, number, patent, person, table

pytestmark = pytest.mark.both_databases


async def test_a_row_that_links_two_patents_merges_them(app: FastAPI, client: AsyncClient) -> None:
    who = await person(app, "合并大学")
    application = number()
    common = {"名称": "同一专利", "申请日": "2019-06-06", "专利权人": "合并大学"}
    parts = (
        {"申请号": application, "授权公告号": "", **common},
        {"申请号": "", "授权公告号": "CN190000011B", **common},
    )
    both = {"申请号": application, "授权公告号": "CN190000011B", **common}
    assert counts(await done(client, who, table(*parts))) == {"created": 2}
    assert counts(await done(client, who, table(both), mode="check")) == {"updated": 1}
    assert counts(await done(client, who, table(both))) == {"updated": 1}
    assert counts(await done(client, who, table(both))) == {"unchanged": 1}
    by_one, by_other = await patent(client, who, application), await patent(client, who, "CN190000011B")
    assert by_one["id"] == by_other["id"]


async def test_patents_are_not_merged_against_what_earlier_rows_of_the_file_say(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await person(app, "先行大学")
    application = number()
    common = {"名称": "同一专利", "申请日": "2019-06-06", "专利权人": "先行大学"}
    known = {"申请号": "", "授权公告号": "CN190000012B", **common, "授权公告日": "2021-01-01"}
    assert counts(await done(client, who, table(known))) == {"created": 1}
    parts = (
        {"申请号": application, "授权公告号": "", **common, "授权公告日": "2020-01-01"},
        {"申请号": application, "授权公告号": "CN190000012B", **common, "授权公告日": "2021-01-01"},
    )
    assert counts(await done(client, who, table(*parts))) == {"created": 1, "conflict": 1}
    assert counts(await done(client, who, table(*parts))) == {"unchanged": 1, "conflict": 1}
    agreeing = (parts[1], {**parts[0], "授权公告日": ""})
    assert counts(await done(client, who, table(*agreeing))) == {"updated": 1, "unchanged": 1}
    assert counts(await done(client, who, table(*agreeing))) == {"unchanged": 2}


async def test_a_row_with_a_number_of_a_third_merges_nothing(app: FastAPI, client: AsyncClient) -> None:
    who = await person(app, "第三大学")
    application = number()
    common = {"名称": "同一专利", "申请日": "2019-06-06", "专利权人": "第三大学"}
    parts = (
        {"申请号": application, "公开号": "CN100000013A", "授权公告号": "", **common},
        {"申请号": "", "公开号": "", "授权公告号": "CN190000013B", **common},
    )
    assert counts(await done(client, who, table(*parts))) == {"created": 2}
    third = {"申请号": application, "公开号": "CN100000099A", "授权公告号": "CN190000013B", **common}
    assert counts(await done(client, who, table(third))) == {"conflict": 1}
    one, other = await patent(client, who, application), await patent(client, who, "CN190000013B")
    assert one["id"] != other["id"]
