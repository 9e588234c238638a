"""A row that has numbers of two patents joins them, where nothing speaks against it."""

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.scenarios.imports import csv_table, get_patent_by_number, insert_member, new_number, outcomes, run_import

pytestmark = pytest.mark.both_databases


async def test_a_row_that_links_two_patents_merges_them(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "合并大学")
    application = new_number()
    common = {"名称": "同一专利", "申请日": "2019-06-06", "专利权人": "合并大学"}
    parts = (
        {"申请号": application, "授权公告号": "", **common},
        {"申请号": "", "授权公告号": "CN190000011B", **common},
    )
    both = {"申请号": application, "授权公告号": "CN190000011B", **common}
    assert outcomes(await run_import(client, who, csv_table(*parts))) == {"created": 2}
    assert outcomes(await run_import(client, who, csv_table(both), mode="check")) == {"updated": 1}
    assert outcomes(await run_import(client, who, csv_table(both))) == {"updated": 1}
    assert outcomes(await run_import(client, who, csv_table(both))) == {"unchanged": 1}
    by_one, by_other = (
        await get_patent_by_number(client, who, application),
        await get_patent_by_number(client, who, "CN190000011B"),
    )
    assert by_one["id"] == by_other["id"]


async def test_patents_are_not_merged_against_what_earlier_rows_of_the_file_say(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "先行大学")
    application = new_number()
    common = {"名称": "同一专利", "申请日": "2019-06-06", "专利权人": "先行大学"}
    known = {"申请号": "", "授权公告号": "CN190000012B", **common, "授权公告日": "2021-01-01"}
    assert outcomes(await run_import(client, who, csv_table(known))) == {"created": 1}
    parts = (
        {"申请号": application, "授权公告号": "", **common, "授权公告日": "2020-01-01"},
        {"申请号": application, "授权公告号": "CN190000012B", **common, "授权公告日": "2021-01-01"},
    )
    assert outcomes(await run_import(client, who, csv_table(*parts))) == {"created": 1, "conflict": 1}
    assert outcomes(await run_import(client, who, csv_table(*parts))) == {"unchanged": 1, "conflict": 1}
    agreeing = (parts[1], {**parts[0], "授权公告日": ""})
    assert outcomes(await run_import(client, who, csv_table(*agreeing))) == {"updated": 1, "unchanged": 1}
    assert outcomes(await run_import(client, who, csv_table(*agreeing))) == {"unchanged": 2}


async def test_a_row_with_a_number_of_a_third_merges_nothing(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "第三大学")
    application = new_number()
    common = {"名称": "同一专利", "申请日": "2019-06-06", "专利权人": "第三大学"}
    parts = (
        {"申请号": application, "公开号": "CN100000013A", "授权公告号": "", **common},
        {"申请号": "", "公开号": "", "授权公告号": "CN190000013B", **common},
    )
    assert outcomes(await run_import(client, who, csv_table(*parts))) == {"created": 2}
    third = {"申请号": application, "公开号": "CN100000099A", "授权公告号": "CN190000013B", **common}
    assert outcomes(await run_import(client, who, csv_table(third))) == {"conflict": 1}
    one, other = (
        await get_patent_by_number(client, who, application),
        await get_patent_by_number(client, who, "CN190000013B"),
    )
    assert one["id"] != other["id"]
