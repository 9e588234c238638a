"""Every request to a Meilisearch server is one that it documents, and what it was seen to answer is understood.

Needs no server: the server's own description of its interface and recorded exchanges with it stand for one.
"""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from backend.patent_search.index_fields import PATENTS, Facet, Filters, Sort
from search.engine import Query, SearchUnavailable
from search.meilisearch.answers import asked, found, hits
from search.meilisearch.client import MeiliRefused, understood
from search.meilisearch.documents import parts_of, settings
from search.meilisearch.index_writer import TaskFailed, ended
from search.meilisearch.query import Plan, filters_of, forms
from search.query_parser import understand

UNDERSTANDABLE = 200


@pytest.fixture
def described(shared: Path) -> dict[str, Any]:
    """The description, with what is wrong in it put right: patterns are a list, and nothing unknown is taken."""
    whole: dict[str, Any] = json.loads((shared / "reference" / "meilisearch-openapi.json").read_text(encoding="utf-8"))
    whole = copy.deepcopy(whole)
    whole["components"]["schemas"]["AttributePatterns"] = {"type": "array", "items": {"type": "string"}}
    for schema in whole["components"]["schemas"].values():
        if schema.get("type") == "object" and "properties" in schema and not schema.get("additionalProperties"):
            schema["additionalProperties"] = False
    return whole


def check(described: dict[str, Any], method: str, path: str, body: Any) -> None:
    content = described["paths"][path][method]["requestBody"]["content"]["application/json"]
    schema = {**content["schema"], "components": described["components"]}
    jsonschema.Draft202012Validator(schema).validate(body)


@pytest.fixture
def exchanges(shared: Path) -> list[dict[str, Any]]:
    lines = (shared / "reference" / "meilisearch-exchanges.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


EVERY_FILTER = Filters(
    holder=('示例"大学\\',), region=("CN-50",), kind=("invention",), legal_status=("in_force",), ipc=("H01M", "G"),
    technology_field=(1, 9), cluster=("x",), deal_type=("assignment",), open_licence=True, grade=("A",), stage_min=1,
    stage_max=9, price_max_fen=10**15, filed_from=date(2001, 1, 1), filed_to=date.max, expires_after=date(2025, 1, 1),
    listed_from=date.min,
)  # fmt: skip


@pytest.mark.parametrize("sort", [None, *Sort])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "锂电池",
        "锂电池 散热 结构 lidar batery",
        '"固态电池" CN110123456A H01M10',
        "一种 的",
        "电池 " * 300,
        "-汽车 电机",
        "-H01M",
    ],
)
def test_every_search_is_one_that_the_server_documents(described: dict[str, Any], text: str, sort: Sort | None) -> None:
    reading = understand(text, PATENTS)
    counts = {form: number for number, word in enumerate(reading.words) for form in forms(word)}
    questions = Plan(PATENTS, reading, counts, 1_000).questions()
    for facets in ((), tuple(Facet)):
        query = Query(text=text, sort=sort, facets=facets, offset=10**9, limit=100)
        filters = filters_of(PATENTS, EVERY_FILTER).values()
        body = asked(PATENTS, "patents", questions, filters, query, is_ranked=not reading.is_empty)
        check(described, "post", "/multi-search", body)
        assert all("\n" not in part for one in body["queries"] for part in one["filter"])


def test_a_request_that_the_server_does_not_document_is_seen(described: dict[str, Any]) -> None:
    for wrong in ({"query": "x"}, {"q": 1}, {"matchingStrategy": "some"}):
        with pytest.raises(jsonschema.ValidationError):
            check(described, "post", "/multi-search", {"queries": [{"indexUid": "patents", **wrong}]})
    with pytest.raises(jsonschema.ValidationError):
        check(described, "patch", "/indexes/{index_uid}/settings", {"searchable": ["title"]})


def test_every_other_request_is_one_that_the_server_documents(described: dict[str, Any]) -> None:
    check(described, "patch", "/indexes/{index_uid}/settings", settings(PATENTS, 800))
    asked_ = {"facetName": parts_of(Facet.HOLDER), "facetQuery": "理工"}
    check(described, "post", "/indexes/{index_uid}/facet-search", asked_)


def test_every_answer_on_record_is_understood_or_refused_by_its_code(exchanges: list[dict[str, Any]]) -> None:
    refused = set()
    for exchange in exchanges:
        answer = exchange["response"]
        content = json.dumps(answer["body"]).encode()
        if answer["status"] < 300:
            assert understood(answer["status"], content) == answer["body"]
            continue
        with pytest.raises(MeiliRefused) as seen:
            understood(answer["status"], content)
        assert seen.value.code == answer["body"]["code"]
        refused.add(seen.value.code)
    assert {"invalid_api_key", "index_not_found", "invalid_search_filter", "missing_authorization_header"} <= refused


def test_tasks_that_failed_after_the_call_did_not_are_told(exchanges: list[dict[str, Any]]) -> None:
    codes = {}
    for exchange in exchanges:
        task = exchange["response"]["body"]
        if not isinstance(task, dict) or task.get("status") not in ("succeeded", "failed") or "uid" not in task:
            continue
        try:
            assert ended(task["status"], task["error"])
        except TaskFailed as failed:
            codes[failed.code] = failed.is_own_fault
    assert codes["missing_document_id"]
    assert codes["invalid_document_id"]
    assert {"index_already_exists", "index_not_found"} <= codes.keys()
    assert not ended("enqueued", None)
    assert not ended("processing", None)


def test_a_federated_answer_on_record_is_read(exchanges: list[dict[str, Any]]) -> None:
    [body] = [e["response"]["body"] for e in exchanges if e["name"].startswith("multi-search, federated")]
    served = [{**hit, "served": '{"id":"x"}'} for hit in body["hits"]]
    seen = found({**body, "hits": served}, (Facet.HOLDER, Facet.IPC_CLASS))
    assert (seen.total, seen.is_exact) == (2, True)
    assert [(value.value, value.count) for value in seen.facets["holder"]] == [("示例大学", 2), ("示例公司", 1)]
    assert [(hit.id, hit.served) for hit in hits(seen, None)] == [("pat_1", b'{"id":"x"}'), ("pat_3", b'{"id":"x"}')]


@pytest.mark.parametrize(
    ("status", "content"),
    [(200, b"<html>"), (200, b""), (200, b"[]"), (200, b'"text"'), (503, b"{}"), (500, b"oops"), (429, b'{"code":""}')],
)  # fmt: skip
def test_what_is_no_answer_says_that_the_server_is_away(status: int, content: bytes) -> None:
    with pytest.raises(SearchUnavailable):
        understood(status, content)
