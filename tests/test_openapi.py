"""The API's description: complete, current, and every example in it works."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import TypeAdapter

from tests import forked
from tests.core.described import described_app, document
from tests.core.routes import every_route
from tests.scenarios.world import World, make_world

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

APP = described_app()
DOCUMENT = document()
ROUTES = {route.name: route for route in every_route(APP)}
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSED = {  # whose example, being an example, names what is not there or is not so
    "token": 400,  # no such account
    "accept_invitation": 404,  # no such token
    "read_subscription": 404,
    "unsubscribe": 404,
    "report_bounce": 401,  # a mail server alone may
    "read_alert_subscription": 404,
    "unsubscribe_alert": 404,
    "reset_password": 404,
    "get_invitation": 404,
    "get_reset": 404,
    "get_confirmation": 404,
    "confirm_address": 404,
    "change_address": 403,  # not that password
    "erase_me": 403,
    "change_password": 403,  # another's password
    "begin_second_factor": 403,
    "confirm_second_factor": 409,  # none is begun
    "renew_recovery_codes": 403,  # there is none
    "remove_second_factor": 403,
    "reset_second_factor": 404,
    "change_member": 409,  # the last owner stays
    "remove_member": 409,
    "verify_organisation": 409,  # verified already
    "decide_name_change": 409,  # it asks for no other name
    "draw_up_pledge": 409,  # the offer has one
    "confirm_ground": 422,  # nothing to confirm
    "file_registration": 409,  # not signed by all
    "decide_registration": 409,  # not filed
    "file_release": 409,  # not registered
    "decide_release": 409,
    "file_change": 409,
    "decide_change": 404,
    "agree_to_change": 404,
    "get_compensation": 404,  # no scheme is named
    "disburse_loan": 403,  # the lender's steps
    "enter_loan_costs": 403,
    "confirm_repayment": 403,
    "refuse_repayment": 403,
    "reverse_repayment": 403,
    "state_compensation": 403,
    "record_recovery": 403,
    "accept_extension": 403,  # the other side's
    "refuse_extension": 403,
    "record_repayment": 409,  # more than is due
    "record_early_repayment": 409,
    "record_default": 403,  # the pledgee's steps
    "record_disposal": 403,
    "decide_proceeds": 403,
    "record_insolvency": 403,
    "withdraw_receivable_pledge": 404,  # the pledgee's, once the licensee has consented
    "bank_exposure": 403,  # banks' alone
    "bank_watch_list": 403,
    "pledge_licence_income": 422,  # to no lender
    "register_receivable_pledge": 404,  # another's step
    "release_receivable_pledge": 404,
    "get_licence_income": 404,
    "claim_holding": 409,  # held already
    "accept_establishment": 404,  # of another patent
    "refuse_establishment": 404,
    "adopt_proposals": 404,
    "withdraw_establishment": 404,
    "create_listing": 409,  # listed already
    "refuse_listing": 409,  # published already
    "cancel_import": 409,  # over
    "cancel_bulk": 409,
    "correct_right": 409,  # ended just before
    "ask_for_consents": 409,  # there is no other holder
    "answer_consent": 409,  # a hash of no terms
    "draft_open_licence": 409,  # one stands already
    "refuse_open_licence": 409,  # announced just before
    "refuse_withdrawal": 409,  # announced just before
    "terminate_open_licence": 409,  # withdrawn just before
    "revoke_open_licence": 409,
    "give_notice": 409,
    "withdraw_notice": 409,  # paid
    "pay_notice": 409,
    "withdraw_payment": 409,  # a licence rests on it
    "confirm_payment": 409,  # told in time
    "decide_contest": 409,  # withdrawn just before
    "decide_licensor_contest": 409,  # its licensor holds the patent
    "file_recordal": 422,  # the licence takes effect when the test runs, after every day in an example
    "confirm_recordal": 409,  # not filed
    "verify_webhook": 409,  # it is proved
    "terminate_licence": 422,
    "pay_licence": 422,
    "submit_royalty_report": 409,  # the period has just begun
    "take_need_down": 409,  # closed just before
    "accept_introduction": 409,  # accepted already
    "decline_introduction": 409,
    "withdraw_introduction": 409,
    "correct_royalty_report": 404,  # nothing is reported
    "get_signing_certificate": 404,  # no authority is trusted
    "put_signing_certificate": 422,
    "remove_signing_certificate": 404,
    "prepare_signature": 412,  # a hash of nothing
    "sign_contract": 403,  # without a code
    "ask_for_change": 409,  # signed by all
    "refuse_contract": 409,
    "propose_amendment": 409,  # one waits already
    "record_appraisal_report": 422,  # the file is no PDF
    "confirm_appraisal_report": 404,  # by the licensee, who is no side of it
    "deny_appraisal_report": 404,
    "delete_appraisal_report": 409,  # it has to be kept
    "draft_financing_request": 422,  # on another's patent
    "edit_financing_request": 409,  # submitted
    "get_disclosed_appraisal": 404,  # of another patent
    "get_disclosed_appraisal_pdf": 404,
    "submit_financing_request": 409,
    "agree_to_pledge": 409,
    "refuse_to_pledge": 409,
    "disclose_financing_request": 422,  # to no bank
    "ask_guarantor": 409,  # to whom nothing is disclosed
    "draft_financing_offer": 422,  # beyond the disclosure
    "approve_financing_offer": 409,  # approved
    "decline_guarantee": 409,  # agreed just before
    "reject_financing_offer": 409,  # accepted just before
    "withdraw_financing_offer": 409,
    "withdraw_disclosure": 409,
    "decline_financing_request": 409,
    "withdraw_financing_request": 409,
}
LAST = (
    "accept_financing_offer",  # after which nothing of its request moves
    "reject_financing_offer",
    "withdraw_financing_offer",
    "withdraw_disclosure",
    "decline_financing_request",
    "withdraw_financing_request",
    "close_need",  # about which nobody is introduced any more
    "take_need_down",
    "erase_need",
    "record_right",  # an exclusive licence, under which nothing is declared any more
    "end_introduction",  # after which nobody writes in it
    "delete_webhook",  # what needs others before it, or after which others would be refused
    "get_by_number",
    "end_other_sessions",
    "ask_for_bulk",
    "verify_holding",
    "record_legal_event",
    "dispute_holding",
    "end_holding",
    "put_clock",
)
IN_ORDER = sorted(OPERATIONS, key=lambda name: (LAST.index(name) if name in LAST else -1, OPERATIONS[name][0] != "get"))
ID = re.compile(r"\b([a-z]{3,5})_[0-9a-hjkmnp-tv-z]{26}\b")
JSON = "application/json"


def by_id() -> Any:
    """Have a test run for each operation."""
    return pytest.mark.parametrize("name", OPERATIONS)


def one_example(said: dict[str, Any]) -> Any:
    """Return the example that a parameter, a schema or a body has, or None."""
    schema = said.get("schema", said)
    named = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else {}
    given = [said.get("example"), *schema.get("examples", []), *named.get("examples", [])]
    if isinstance(said.get("examples"), dict):
        given += [value["value"] for value in said["examples"].values()]
    return next((value for value in given if value is not None), None)


def parameters(operation: dict[str, Any], place: str) -> Iterator[dict[str, Any]]:
    return (p for p in operation.get("parameters", ()) if p.get("in") == place)


@by_id()
def test_an_operation_says_what_it_does_and_how_it_refuses(name: str) -> None:
    method, path, operation = OPERATIONS[name]
    assert re.fullmatch(r"[a-z][a-z_]+", name)
    assert operation["summary"]
    assert len(operation["description"]) > 20
    assert set(operation["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}
    answers = operation["responses"]
    due = {"422", "429", "503"}
    due |= {"401"} if operation.get("security") else set()
    due |= {"413"} if "requestBody" in operation else set()
    due |= {"404"} if "_id}" in path else set()
    due |= (
        {"412", "428"} if method in ("patch", "put") and "get" in DOCUMENT["paths"][path] and "_id}" in path else set()
    )
    assert due <= set(answers)
    for status, answer in answers.items():
        if status[0] in "45":
            assert answer["content"] == PROBLEM, status


@by_id()
def test_an_operation_describes_its_answer_and_has_examples(name: str) -> None:
    _, _, operation = OPERATIONS[name]
    good = {status: answer for status, answer in operation["responses"].items() if status[0] == "2"}
    assert good
    for status, answer in good.items():
        for kind, content in answer.get("content", {}).items():
            assert content["schema"], f"{status} {kind}"
    for parameter in operation.get("parameters", ()):
        if parameter.get("required"):
            assert one_example(parameter) is not None, parameter["name"]
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        assert one_example(content) is not None, kind


def test_operations_and_schemas_have_names_of_their_own() -> None:
    assert len(OPERATIONS) == sum(route.include_in_schema for route in every_route(APP))
    assert [name for name in DOCUMENT["components"]["schemas"] if "__" in name] == []
    assert DOCUMENT["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert DOCUMENT["servers"]


@pytest.mark.parametrize("command", ["export-openapi", "export-problems", "export-domains", "export-events"])
def test_what_is_committed_is_current(command: str, tmp_path: Path) -> None:
    said = tmp_path / "said.txt"
    assert forked.run(os.environ, said, command, "--check") == 0, said.read_text("utf-8")


@pytest_asyncio.fixture(scope="module")
async def caller(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.8", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest_asyncio.fixture(scope="module")
async def world(caller: httpx.AsyncClient) -> AsyncIterator[World]:
    world = await make_world(caller)
    yield world
    now = datetime.now(UTC).isoformat()
    back = await caller.put("/v1/demo/clock", json={"now": now}, headers=world.owner("platform").headers)
    assert back.status_code == 200, back.text


def real(world: World, example: Any) -> Any:
    """Return the example with ids of things that are there."""
    ids = {thing.partition("_")[0]: thing for thing in world.things["private"].values()}
    if isinstance(example, str):
        return ID.sub(lambda found: ids.get(found[1], found[0]), example)
    if isinstance(example, dict):
        return {name: real(world, value) for name, value in example.items()}
    return [real(world, value) for value in example] if isinstance(example, list) else example


def request(world: World, name: str, headers: dict[str, str]) -> httpx.Request:
    method, path, operation = OPERATIONS[name]
    for parameter in parameters(operation, "path"):
        path = path.replace(f"{{{parameter['name']}}}", str(real(world, one_example(parameter))))
    query = {p["name"]: e for p in parameters(operation, "query") if (e := one_example(p)) is not None}
    match = {"If-Match": "*"} if method in ("patch", "put", "delete") else {}
    body: dict[str, Any] = {}
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        example = real(world, one_example(content))
        if kind == JSON:
            body = {"json": example}
        elif kind == "multipart/form-data":
            body = {"files": {"file": ("file.csv", example.pop("file").encode())}, "data": example}
        else:
            body = {"content": example} if isinstance(example, str) else {"data": example}
    return httpx.Request(method, f"http://test{path}", headers=headers | match, params=query or None, **body)


PRIVATE = ("financing", "loans", "pledges")  # tags of what its sides alone know of


async def faults(caller: httpx.AsyncClient, world: World, name: str) -> list[str]:
    """Return what is wrong with the answer to the operation's example."""
    method, _, operation = OPERATIONS[name]
    is_for_strangers = method == "post" and operation.get("security", [{}])[0] == {}
    is_private = operation["tags"][0] in PRIVATE
    sides = ("own", "licensee", "lender", "surety") if is_private else ("own", "licensee", "platform")
    hidden = {httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND} if is_private else {httpx.codes.FORBIDDEN}
    answers: list[httpx.Response] = []
    for who in ("stranger",) if is_for_strangers else sides:
        headers = {} if who == "stranger" else world.owner(who).headers
        given = await caller.send(request(world, name, headers))
        answers.append(given)
        if given.status_code not in hidden:
            break
    refused = [one for one in answers if one.status_code == httpx.codes.FORBIDDEN]  # to a side, which is told more
    answer = answers[-1] if answers[-1].status_code not in hidden else (*refused, answers[-1])[0]
    due = REFUSED.get(name)
    if str(answer.status_code) not in operation["responses"] or not (answer.status_code == due or answer.is_success):
        return [f"{name}: {answer.status_code}: {answer.text[:300]}"]
    model = ROUTES[name].response_model
    if answer.is_success and model is not None:
        TypeAdapter(model).validate_json(answer.content)
    return []


async def test_every_example_works(caller: httpx.AsyncClient, world: World) -> None:
    found = [fault for name in IN_ORDER for fault in await faults(caller, world, name)]
    assert found == [], "\n".join(found)
