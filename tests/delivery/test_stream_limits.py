"""Streams: strangers cannot take all of them, however many they are."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.core.errors import Problem
from backend.core.settings import Settings, read_settings
from backend.delivery.feed.stream_limits import StreamReader, Streams, reader_of
from tests.delivery.test_changes import CHANGES
from tests.scenarios.members import Member, register_organisation

PENDING, VERIFIED = OrganisationStatus.PENDING, OrganisationStatus.VERIFIED


@pytest.fixture(scope="module")
def streams() -> Streams:
    limits: Settings = read_settings(patentmart_demo=True)
    return Streams(limits)


def reader(number: int | None, status: OrganisationStatus = PENDING, address: str = "") -> StreamReader:
    """Return a reader: of the numbered organisation, or a stranger, from an address of its own where none is said."""
    address = address or f"203.0.{(number or 0) // 250}.{(number or 0) % 250 + 1}"
    if number is None:
        return reader_of(None, address)
    caller = Caller(f"usr_{number}", f"org_{number}", OrganisationKind.ENTERPRISE, status, Role.OWNER)
    return reader_of(caller, address)


def opened(stack: contextlib.ExitStack, streams: Streams, who: StreamReader) -> str:
    """Open one more stream and give `open`, or the code of the refusal."""
    try:
        streams.check(who)
    except Problem as problem:
        return problem.code if problem.headers["Retry-After"] == "30" else "without an end"
    stack.enter_context(streams.counted(who))
    return "open"


def test_strangers_take_a_part_and_verified_organisations_have_the_rest(streams: Streams) -> None:
    with contextlib.ExitStack() as stack:
        unverified = Counter(opened(stack, streams, reader(n)) for n in range(600) for _ in range(10))
        assert unverified == {"open": 250, "too_many_streams": 1_000, "streams_full": 4_750}
        places = [f"198.51.100.{n}" for n in range(200)]
        anonymous = Counter(opened(stack, streams, reader(None, address=a)) for a in places for _ in range(10))
        assert anonymous == {"open": 250, "too_many_streams": 250, "streams_full": 1_500}
        verified = Counter(opened(stack, streams, reader(n, VERIFIED)) for n in range(1_000, 1_060) for _ in range(11))
        assert verified == {"open": 500, "too_many_streams": 50, "streams_full": 110}
    with contextlib.ExitStack() as stack:
        assert opened(stack, streams, reader(1)) == "open", "who went away is not counted any more"


def test_one_place_has_few_however_many_organisations_it_registers(streams: Streams) -> None:
    with contextlib.ExitStack() as stack:
        same = [reader(n, address=f"2001:db8:1:1::{n:x}") for n in range(100)]
        assert Counter(opened(stack, streams, who) for who in same for _ in range(2))["open"] == 20
        line = [reader(None, address=f"2001:db8:1:1::{n:x}") for n in range(100)]
        assert Counter(opened(stack, streams, who) for who in line)["open"] == 5
        assert opened(stack, streams, reader(1, VERIFIED, "2001:db8:1:1::1")) == "open"


@contextlib.asynccontextmanager
async def reading(client: httpx.AsyncClient, member: Member | None, count: int) -> AsyncIterator[list[httpx.Response]]:
    """Open so many streams at once; give the answers."""
    headers = {"Accept": "text/event-stream", **(member.headers if member else {})}
    async with contextlib.AsyncExitStack() as stack:
        asked = [client.stream("GET", CHANGES, headers=headers, timeout=20) for _ in range(count)]
        yield list(await asyncio.gather(*(stack.enter_async_context(one) for one in asked)))


async def test_an_organisation_that_nobody_verified_and_a_stranger_have_few(connected: httpx.AsyncClient) -> None:
    new, verified = await register_organisation(connected, verified=False), await register_organisation(connected)
    for member, most in ((new, 2), (None, 5), (verified, 10)):
        async with reading(connected, member, most + 4) as answers:
            statuses = Counter(answer.status_code for answer in answers)
            assert statuses == {200: most, 429: 4}
            refused = next(answer for answer in answers if answer.status_code == 429)
            assert refused.headers["retry-after"] == "30"
