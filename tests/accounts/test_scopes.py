"""Every scope can be granted, and a key does all that its maker may but what is for people."""

from collections.abc import Iterator
from typing import Any

import httpx
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant

from backend.accounts.access import BOUND_SCOPES, Access, optional_caller
from backend.accounts.rules import SIGNING_SCOPE
from tests.core.routes import every_route
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import announce, draft_declaration, file_declaration
from tests.scenarios.patents import enter_patent

FOR_PEOPLE = {
    "ask_confirmation", "change_address", "confirm_address", "erase_me", "get_data",
    # passwords and sign-ins
    "get_second_factor", "begin_second_factor", "confirm_second_factor", "renew_recovery_codes", "remove_second_factor",
    "change_password", "list_sessions", "end_other_sessions", "end_one_session",
    # members and registration
    "invite", "list_invitations", "withdraw_invitation", "accept_invitation", "change_member", "remove_member",
    "register_organisation",
    # keys
    "create_key", "list_keys", "delete_key",
    # one's own marks and wishes in the inbox, which are no organisation's
    "mark_message", "mark_through", "read_notification_settings", "put_notification_settings",
    # an offer that a second person approves, and what an organisation's signatures are made with
    "approve_financing_offer", "put_signing_certificate", "remove_signing_certificate",
    # one's own alerts, and how one is shown matches
    "create_alert", "list_alerts", "get_alert", "change_alert", "delete_alert", "list_hits",
    "read_matching_settings", "put_matching_settings",
}  # fmt: skip


def access_of(dependant: Dependant) -> Iterator[Any]:
    for below in dependant.dependencies:
        if isinstance(below.call, Access) or below.call is optional_caller:
            yield below.call
        yield from access_of(below)


async def test_every_endpoint_for_members_names_scopes_that_can_be_granted(app: FastAPI) -> None:
    granted, needed, for_people = set(app.state.registry.scopes), set(), set()
    for route in every_route(app):
        asked = list(access_of(route.dependant))
        if not asked:
            continue
        scopes = (route.openapi_extra or {})[BOUND_SCOPES]
        needed |= {*scopes}
        if not scopes:
            assert "a person signs in" in route.description, route.path
            is_office = any(isinstance(one, Access) and one.offices for one in asked)
            for_people |= set() if is_office else {route.name}
        else:
            assert all(scope in route.description for scope in scopes), route.path
    assert needed == granted
    assert for_people == FOR_PEOPLE


async def key_of(client: httpx.AsyncClient, app: FastAPI, owner: Member) -> Member:
    """Return the owner's program, which was granted every scope."""
    scopes = [scope for scope in app.state.registry.scopes if scope != SIGNING_SCOPE]  # which asks for more
    body = {"name": "all of it", "scopes": scopes, "role": "owner"}
    answer = await client.post("/v1/api-keys", json=body, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    return Member(answer.json()["secret"], owner.organisation_id, owner.user_email)


async def test_with_keys_alone_an_open_licence_is_walked_to_its_certificate(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    university = await key_of(client, app, await register_organisation(client))
    enterprise = await key_of(client, app, await register_organisation(client, "enterprise"))
    patent = await enter_patent(client, university)
    declared = await announce(
        client,
        university,
        await file_declaration(client, university, await draft_declaration(client, university, patent["id"])),
    )
    notice = await pay(client, enterprise, await give_notice(client, enterprise, declared))
    place = f"/v1/licences/{notice['licence_id']}"
    recordal = {"on": notice["given_on"]}
    assert (await client.post(f"{place}/recordal", json=recordal, headers=enterprise.headers)).status_code == 200
    paper = (await client.get(f"{place}/certificate", headers=enterprise.headers)).json()
    check = await client.get(f"{place}/certificate/verification", params={"hash": paper["hash"]})
    assert check.json()["valid"] is True


async def test_a_scope_that_is_none_is_refused_and_those_there_are_are_named(client: httpx.AsyncClient) -> None:
    owner = await register_organisation(client)
    body = {"name": "k", "scopes": ["rights:read", "everything:write"], "role": "viewer"}
    answer = await client.post("/v1/api-keys", json=body, headers=owner.headers)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/scopes/1", "no_such_scope")
    assert "licensing:write" in error["detail"]


async def test_what_an_office_decides_no_key_decides(app: FastAPI, client: httpx.AsyncClient) -> None:
    platform = await sign_in_platform(client)
    program = await key_of(client, app, platform)
    waiting = await register_organisation(client, verified=False)
    place = f"/v1/organisations/{waiting.organisation_id}/verification"
    refused = await client.post(place, json={"outcome": "verified"}, headers=program.headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "people_only")
