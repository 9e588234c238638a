"""What a member does not want to be told: for himself alone, neither shown nor counted, and not read unseen."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.domains import REGISTRY
from tests.delivery.test_inbox import INBOX, happen, inbox, types, until
from tests.scenarios.members import Member, add_member, register_organisation

SETTINGS = "/v1/me/notification-settings"


async def test_a_category_switched_off_is_neither_shown_nor_counted(client: httpx.AsyncClient, app: FastAPI) -> None:
    mine = await register_organisation(client)
    colleague = await add_member(client, mine)
    await happen(app, mine)
    await until(client, colleague, lambda found: found["unread"] == 1)
    first = await client.get(SETTINGS, headers=colleague.headers)
    categories = sorted({told.category for told in REGISTRY.notifications.values()})
    assert first.json() == {
        "version": 1,
        "off": [],
        "categories": categories,
        "email": dict.fromkeys(categories, "daily"),
        "language": "zh",
        "address": {
            "address": colleague.user_email,
            "state": "not_configured",
            "stopped_at": None,
            "stopped_because": None,
            "cure": None,
        },
    }
    headers = {**colleague.headers, "If-Match": first.headers["ETag"]}
    off = await client.put(SETTINGS, json={"off": ["patents"]}, headers=headers)
    assert (off.status_code, off.json()["off"], off.json()["version"]) == (200, ["patents"], 2)
    stale = await client.put(SETTINGS, json={"off": []}, headers=headers)
    assert stale.status_code == 412
    assert (await inbox(client, colleague)) == {"items": [], "next_cursor": None, "unread": 0, "unread_is_exact": True}
    assert "patent.status_changed" in types(await inbox(client, mine)), "for himself alone"
    await switch_off(client, colleague)
    assert (await inbox(client, colleague))["unread"] == 1


async def switch_off(client: httpx.AsyncClient, member: Member, *off: str) -> None:
    """Have the member told nothing of these categories."""
    seen = (await client.get(SETTINGS, headers=member.headers)).headers["ETag"]
    answer = await client.put(SETTINGS, json={"off": off}, headers={**member.headers, "If-Match": seen})
    assert answer.status_code == 200, answer.text


async def test_what_is_switched_off_is_not_read_with_what_the_list_shows(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    mine = await register_organisation(client)
    colleague = await add_member(client, mine)
    await happen(app, mine, 2)
    await until(client, colleague, lambda found: found["unread"] == 2)
    await switch_off(client, colleague, "patents")
    await add_member(client, mine)
    found = await until(client, colleague, lambda found: "member.joined" in types(found))
    through = {"through": found["items"][0]["id"]}
    for _ in range(2):
        read = await client.put(f"{INBOX}/read", json=through, headers=colleague.headers)
        assert read.json() == {"unread": 0, "unread_is_exact": True}
    await switch_off(client, colleague)
    found = await inbox(client, colleague)
    assert {(one["type"], one["read"]) for one in found["items"]} == {
        ("member.joined", True),
        ("patent.status_changed", False),
    }
    assert found["unread"] == 2


async def test_settings_are_changed_by_who_has_seen_them(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    blind = await client.put(SETTINGS, json={"off": ["members"]}, headers=mine.headers)
    assert (blind.status_code, blind.json()["code"]) == (428, "if_match_required")
    assert (await client.get(SETTINGS, headers=mine.headers)).json()["off"] == []


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (SETTINGS, {"off": ["nonsense"]}, "no_such_category"),
        (SETTINGS, {"off": ["x"] * 51}, "too_long"),
        (SETTINGS, {"off": [], "email": {"nonsense": "daily"}}, "no_such_category"),
        (SETTINGS, {"off": [], "email": {"patents": "hourly"}}, "enum"),
        (SETTINGS, {"off": [], "language": "de"}, "enum"),
    ],
)
async def test_settings_that_mean_nothing_are_refused(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], code: str
) -> None:
    mine = await register_organisation(client)
    answer = await client.put(path, json=body, headers=mine.headers)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)


async def test_what_is_said_of_e_mails_stays_where_only_the_inbox_is_changed(client: httpx.AsyncClient) -> None:
    mine = await register_organisation(client)
    said = {"off": [], "email": {"patents": "weekly", "members": "off"}, "language": "en"}
    for body in (said, {"off": ["webhooks"]}):
        seen = (await client.get(SETTINGS, headers=mine.headers)).headers["ETag"]
        answer = await client.put(SETTINGS, json=body, headers={**mine.headers, "If-Match": seen})
        assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["email"]["patents"], found["email"]["members"], found["email"]["licences"]) == (
        "weekly",
        "off",
        "daily",
    )
    assert (found["language"], found["off"], found["version"]) == ("en", ["webhooks"], 3)
