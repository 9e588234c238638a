"""Events are types: each is somebody's, has hearers, is told of or has a reason not to be, and is made in one place."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.core.events.domain_event import EventPayload
from backend.domains import REGISTRY
from tests.delivery.test_changes import all_after, now
from tests.scenarios.members import register_organisation
from tests.scenarios.patents import enter_patent, post_legal_event

BACKEND = Path(__file__).parents[1] / "backend"


def _kinds(of: type[EventPayload] = EventPayload) -> Iterator[type[EventPayload]]:
    for kind in of.__subclasses__():
        if kind.type and kind.__module__.startswith("backend."):
            yield kind
        yield from _kinds(kind)


def test_every_kind_of_event_is_brought_by_a_domain() -> None:
    assert {kind.__name__ for kind in _kinds()} == {kind.__name__ for kind in REGISTRY.events.values()}


@pytest.mark.parametrize("name", sorted(REGISTRY.events))
def test_every_event_has_an_audience_and_a_notification_or_a_reason_for_none(name: str) -> None:
    kind = REGISTRY.events[name]
    assert kind.audience
    assert kind.description().endswith(".")
    assert (name in REGISTRY.notifications) != bool(kind.unnotified)


def _made_in(tree: ast.Module, path: Path) -> Iterator[tuple[str, str]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    yield call.func.id, f"{path.relative_to(BACKEND)}: {function.name}"


def test_each_kind_of_event_is_made_by_one_function() -> None:
    names = {kind.__name__ for kind in _kinds()}
    places: dict[str, set[str]] = defaultdict(set)
    for path in BACKEND.rglob("*.py"):
        for name, place in _made_in(ast.parse(path.read_text()), path):
            if name in names:
                places[name].add(place)
    assert len(places) > 20, "the walk finds none any more"
    assert {name: sorted(found) for name, found in places.items() if len(found) > 1} == {}


async def test_a_legal_event_is_recorded_and_where_it_changes_the_status_that_is_an_event_of_its_own(
    client: httpx.AsyncClient,
) -> None:
    mine = await register_organisation(client, "university")
    patent = await enter_patent(client, mine)
    for kind, expected in (
        ("suspended", ["patent.legal_event_recorded"]),
        ("surrendered", ["patent.status_changed", "patent.legal_event_recorded"]),
    ):
        place = await now(client)
        recorded = await post_legal_event(client, mine, patent["id"], kind, "2024-05-06")
        assert recorded.status_code == 201, recorded.text
        found = await all_after(client, place, mine, types="patent.status_changed,patent.legal_event_recorded")
        assert [item["type"] for item in found] == expected
        for item in found:
            assert set(item["data"]) == set(REGISTRY.events[item["type"]].public_fields())


@pytest.mark.parametrize("unknown", ["listing.pubished", "lisitng", "listing."])
async def test_types_that_never_come_are_refused(client: httpx.AsyncClient, unknown: str) -> None:
    mine = await register_organisation(client, "university")
    asked = await client.get("/v1/changes", params={"types": f"patent,{unknown}"}, headers=mine.headers)
    body = {"url": "https://example.com/hook", "types": ["patent", unknown]}
    made = await client.post("/v1/webhooks", json=body, headers=mine.headers)
    for answer in (asked, made):
        assert answer.status_code == 422, answer.text
    assert made.json()["errors"][0]["pointer"] == "/types/1"
    assert made.json()["errors"][0]["code"] == "no_such_event_type"
