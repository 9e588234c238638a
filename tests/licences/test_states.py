"""Every state and every step of declarations, notices and licences is answered, by the tables and at the door."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import httpx
import pytest

from backend.core.errors import Conflict
from backend.licences.errors import LicenceNotInState, PaymentNotInState
from backend.licences.states import (
    COUNTS,
    LICENCE_TRANSITIONS,
    PAYMENT_TRANSITIONS,
    STANDS,
    LicenceStatus,
    LicenceStep,
    PaymentStatus,
    PaymentStep,
    next_licence,
    next_payment,
)
from backend.open_licences.errors import NoticeNotInState, OpenLicenceNotInState
from backend.open_licences.states import (
    ENDED,
    LIVING,
    NOTICE_TRANSITIONS,
    OPEN,
    TRANSITIONS,
    WAITING,
    NoticeStatus,
    NoticeStep,
    OpenStatus,
    OpenStep,
    next_notice,
    next_open,
)
from tests.licences.conftest import People
from tests.scenarios.files import upload_evidence
from tests.scenarios.open_licences import announce, draft_declaration
from tests.scenarios.patents import enter_patent

Table = dict[tuple[StrEnum, StrEnum], StrEnum]
Machine = tuple[Table, type[StrEnum], type[StrEnum], Callable[..., StrEnum], type[Conflict]]
MACHINES: dict[str, Machine] = {
    "declaration": (dict(TRANSITIONS), OpenStatus, OpenStep, next_open, OpenLicenceNotInState),
    "notice": (dict(NOTICE_TRANSITIONS), NoticeStatus, NoticeStep, next_notice, NoticeNotInState),
    "payment": (dict(PAYMENT_TRANSITIONS), PaymentStatus, PaymentStep, next_payment, PaymentNotInState),
    "licence": (dict(LICENCE_TRANSITIONS), LicenceStatus, LicenceStep, next_licence, LicenceNotInState),
}


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_and_step_leads_on_or_is_refused_by_name(name: str) -> None:
    table, states, steps, answer, refusal = MACHINES[name]
    for state in states:
        for step in steps:
            if (state, step) in table:
                assert answer(state, step) is table[state, step]
                continue
            with pytest.raises(refusal) as said:
                answer(state, step)
            assert said.value.facts == {"status": state.value, "step": step.value}


@pytest.mark.parametrize("name", MACHINES)
def test_every_step_leads_somewhere_from_somewhere(name: str) -> None:
    table, _, steps, _, _ = MACHINES[name]
    assert {step for _, step in table} == set(steps)


def test_what_has_ended_leads_nowhere_but_where_the_law_says() -> None:
    assert not {state for state, _ in TRANSITIONS} & {*ENDED, OpenStatus.REFUSED}
    over = (LicenceStatus.TERMINATED, LicenceStatus.EXPIRED, LicenceStatus.VOID)
    decided = {pair: to for pair, to in LICENCE_TRANSITIONS.items() if pair[0] in over}
    assert (
        decided
        == {  # a contest outlives the licence
            **{(ended, LicenceStep.CONTEST): ended for ended in over[:2]},
            **{(ended, LicenceStep.LET_STAND): ended for ended in over},
            **{(ended, LicenceStep.UPHOLD): LicenceStatus.VOID for ended in over[:2]},
            (LicenceStatus.TERMINATED, LicenceStep.REINSTATE): LicenceStatus.IN_FORCE,  # the right is restored
            (LicenceStatus.TERMINATED, LicenceStep.REINSTATE_AHEAD): LicenceStatus.AWAITING_START,
        }
    )
    revived = {
        pair
        for pair, to in NOTICE_TRANSITIONS.items()
        if pair[0] in (NoticeStatus.LAPSED, NoticeStatus.ENDED) and to is not pair[0]
    }
    over_for_now = (NoticeStatus.LAPSED, NoticeStatus.ENDED)
    assert revived == {(over, step) for over in over_for_now for step in (NoticeStep.PAY, NoticeStep.TELL_LATE)}


def test_what_is_paid_cannot_be_withdrawn_and_a_payment_that_is_decided_on_stays_so() -> None:
    assert {state for state, step in NOTICE_TRANSITIONS if step is NoticeStep.WITHDRAW} == {NoticeStatus.GIVEN}
    undecided = {PaymentStatus.RECORDED, PaymentStatus.TO_BE_CONFIRMED}
    assert {state for state, _ in PAYMENT_TRANSITIONS} == undecided
    assert {to for (_, step), to in PAYMENT_TRANSITIONS.items() if step is PaymentStep.WITHDRAW} == {
        PaymentStatus.WITHDRAWN
    }


def test_the_sets_of_states_say_the_same_as_the_tables() -> None:
    assert LIVING | ENDED | {OpenStatus.DRAFT, OpenStatus.REFUSED} == set(OpenStatus)
    assert {state for state in OpenStatus if (state, OpenStep.TERMINATE) in TRANSITIONS} == OPEN
    assert {state for state in LicenceStatus if (state, LicenceStep.TERMINATE) in LICENCE_TRANSITIONS} == STANDS
    assert {state for state in NoticeStatus if (state, NoticeStep.END) in NOTICE_TRANSITIONS} == WAITING
    assert {PaymentStatus.RECORDED, PaymentStatus.CONFIRMED} == COUNTS


ON = {"on": "2026-03-21"}
WHY = {**ON, "reason": "测试"}
WITHDRAWAL = {**WHY, "legal_reason": "other_legitimate"}
ACTIONS: dict[str, tuple[dict[str, Any], tuple[OpenStep, ...]]] = {
    "submission": ({}, (OpenStep.SUBMIT,)),
    "filing": ({"on": "2026-03-01"}, (OpenStep.FILE,)),
    "announcement": ({**ON, "declaration_number": "K2026"}, (OpenStep.ANNOUNCE,)),
    "refusal": (WHY, (OpenStep.REFUSE,)),
    "withdrawal": (WITHDRAWAL, (OpenStep.TAKE_BACK, OpenStep.WITHDRAW)),
    "withdrawal-announcement": (ON, (OpenStep.ANNOUNCE_WITHDRAWAL,)),
    "withdrawal-refusal": (WHY, (OpenStep.REFUSE_WITHDRAWAL,)),
    "termination": (WHY, (OpenStep.TERMINATE,)),
    "revocation": (WHY, (OpenStep.REVOKE,)),
}
WAYS: dict[OpenStatus, tuple[str, ...]] = {
    OpenStatus.DRAFT: (),
    OpenStatus.SUBMITTED: ("submission",),
    OpenStatus.FILED: ("submission", "filing"),
    OpenStatus.ANNOUNCED: ("submission", "filing", "announcement"),
    OpenStatus.REFUSED: ("submission", "filing", "refusal"),
    OpenStatus.WITHDRAWAL_FILED: ("submission", "filing", "announcement", "withdrawal"),
    OpenStatus.WITHDRAWN: ("submission", "filing", "announcement", "withdrawal", "withdrawal-announcement"),
    OpenStatus.TERMINATED: ("submission", "filing", "announcement", "termination"),
    OpenStatus.REVOKED: ("submission", "filing", "announcement", "revocation"),
}


async def act(client: httpx.AsyncClient, people: People, declared: str, action: str) -> httpx.Response:
    who = people.office if action in ("termination", "revocation") else people.university
    shown = {"evidence_files": [await upload_evidence(client, who)]} if action.endswith("announcement") else {}
    body = ACTIONS[action][0] | shown
    return await client.post(f"/v1/open-licences/{declared}/{action}", json=body, headers=who.headers)


async def brought(client: httpx.AsyncClient, people: People, state: OpenStatus) -> str:
    """Return the id of a declaration in the state."""
    patent = await enter_patent(client, people.university)
    declared = (await draft_declaration(client, people.university, patent["id"]))["id"]
    said = OpenStatus.DRAFT.value
    for action in WAYS[state]:
        answer = await act(client, people, declared, action)
        assert answer.status_code == 200, answer.text
        said = answer.json()["status"]
    assert said == state.value
    return str(declared)


@pytest.mark.parametrize("state", WAYS)
async def test_at_the_door_a_declaration_takes_the_steps_of_its_state_and_no_other(
    client: httpx.AsyncClient, people: People, state: OpenStatus
) -> None:
    declared = await brought(client, people, state)
    lawful: dict[str, OpenStatus] = {}
    for action, (_, steps) in ACTIONS.items():
        target = next((TRANSITIONS[state, step] for step in steps if (state, step) in TRANSITIONS), None)
        if target is not None:
            lawful[action] = target
            continue
        refused = await act(client, people, declared, action)
        assert (refused.status_code, refused.json()["code"]) == (409, "open_licence_not_in_state"), action
    await assert_changed_and_told_where_lawful(client, people, declared, state)
    for action, target in lawful.items():
        taken = await act(client, people, declared or await brought(client, people, state), action)
        assert (taken.status_code, taken.json()["status"]) == (200, target.value), action
        declared = ""


async def assert_changed_and_told_where_lawful(
    client: httpx.AsyncClient, people: People, declared: str, state: OpenStatus
) -> None:
    """Only a draft is changed, and licensees are told of what was announced."""
    place, headers = f"/v1/open-licences/{declared}", people.university.headers
    patched = await client.patch(place, json={"ends_on": "2031-12-31"}, headers={**headers, "If-Match": "*"})
    told = await client.post(f"{place}/notification", json=ON, headers=headers)
    for answer, lawful in ((patched, state is OpenStatus.DRAFT), (told, "announcement" in WAYS[state])):
        assert answer.status_code == (200 if lawful else 409), answer.text
        assert lawful or answer.json()["code"] == "open_licence_not_in_state"


async def test_what_was_taken_back_frees_the_patent_for_another_declaration(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await brought(client, people, OpenStatus.FILED)
    taken = (await act(client, people, declared, "withdrawal")).json()
    assert (taken["status"], taken["announced_on"]) == ("withdrawn", None)
    again = await draft_declaration(client, people.university, taken["patent_id"], replaces=declared)
    for action in ("submission", "filing"):
        await act(client, people, again["id"], action)
    assert (await announce(client, people.university, again))["replaces"] == declared
