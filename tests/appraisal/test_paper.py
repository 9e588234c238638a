"""The appraisal on paper: two pages, the same facts as the address gives, in both languages."""

import re
from typing import Any

import httpx
import pypdfium2
import pytest
from fastapi import FastAPI

from tests.appraisal.test_appraisals import CLAIM, current_patent
from tests.scenarios.appraisals import get_appraisal, record_extract
from tests.scenarios.licences import take_licence
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.rights import post_right


def text_of(page: Any) -> str:
    """Return the words of a page without the blanks that its lines are broken at."""
    return re.sub(r"\s", "", page.get_textpage().get_text_bounded())


async def paper(client: httpx.AsyncClient, who: Member, patent_id: str, language: str) -> pypdfium2.PdfDocument:
    answer = await client.get(
        f"/v1/patents/{patent_id}/appraisal.pdf?scenario=financing",
        headers=who.headers | {"Accept-Language": language},
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return pypdfium2.PdfDocument(answer.content)


@pytest.mark.parametrize(("language", "title"), [("zh", "专利评价报告"), ("en", "Patentappraisal")])
async def test_the_paper_has_two_pages_with_what_the_address_gives(
    client: httpx.AsyncClient, app: FastAPI, language: str, title: str
) -> None:
    holder = await register_organisation(client)
    patent_id = await current_patent(client, app, holder, first_claim=CLAIM, ipc=["H01M10/0525", "C01G53/00"])
    for _ in range(30):
        assert (await post_right(client, holder, patent_id, licence_type="ordinary")).status_code == 201
    await record_extract(client, patent_id, str(app.state.clock.today()))
    found = await get_appraisal(client, holder, patent_id)
    document = await paper(client, holder, patent_id, language)
    assert len(document) == 2
    first, second = text_of(document[0]), text_of(document[1])
    assert title in first
    low, high = (f"{found['score'][f'{one}_milli_points'] // 100 / 10:.1f}" for one in ("low", "high"))
    assert f"{low}–{high}" in first
    answer = await client.get(
        f"/v1/patents/{patent_id}/appraisal?scenario=financing", headers=holder.headers | {"Accept-Language": language}
    )
    for line in answer.json()["indicators"]:
        assert re.sub(r"\s", "", line["label"])[:8] in first
    assert found["weights"]["id"] in second
    assert found["history"][0]["on"] in second
    assert "GB/T42748" in second


async def test_names_that_are_too_long_stay_on_the_paper(client: httpx.AsyncClient) -> None:
    university, _, declared, _ = await take_licence(client)
    changed = await client.patch(
        f"/v1/patents/{declared['patent_id']}",
        json={"title": "一种锂离子电池热失控预警方法" * 13},
        headers=university.headers | {"If-Match": "*"},
    )
    assert changed.status_code == 200, changed.text
    document = await paper(client, university, declared["patent_id"], "zh")
    assert len(document) == 2
    assert "…" in text_of(document[0])
