"""What is done for many at once is done for each before the one that fails, and that one is told."""

from collections.abc import Sequence

import pytest

from backend.core.jobs.batches import at_once


async def test_one_that_fails_keeps_those_before_it_from_nothing() -> None:
    done: list[str] = []

    async def work(some: Sequence[str]) -> None:
        if "wrong" in some:
            raise ValueError(some)
        done.extend(some)

    await at_once(["one", "two"], work)
    with pytest.raises(ValueError, match="wrong"):
        await at_once(["three", "wrong", "four"], work)
    assert done == ["one", "two", "three"]
