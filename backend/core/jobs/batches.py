"""Work on many things in one transaction; where that fails, on one after the other: those before it are done."""

from collections.abc import Awaitable, Callable, Sequence


async def at_once(ids: Sequence[str], work: Callable[[Sequence[str]], Awaitable[None]]) -> None:
    """Do the work on all of them at once; where that fails, on one after the other up to the one that fails it."""
    try:
        await work(ids)
    except Exception:
        if len(ids) == 1:
            raise
        for one in ids:
            await work([one])
