"""Returns unused memory to the operating system."""

import asyncio
import ctypes
import gc
import sys
from typing import Final

M_ARENA_MAX: Final = -8  # mallopt(3)
ARENAS: Final = 2
EVERY: Final = 10.0  # seconds


def share_heaps() -> None:
    """Have all threads allocate from a few heaps, where the C library is GNU's; call it before the first thread.

    It gives each thread one of its own otherwise, which keeps what the thread once needed: the index starts a thread
    for each commit, and each kept 15 MB.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_ARENA_MAX, ARENAS)


async def collect_regularly() -> None:
    """Free what refers to itself, for ever.

    Where batch after batch comes and goes, as many objects end as begin, and the interpreter sees no reason to collect.
    """
    while True:
        await asyncio.sleep(EVERY)
        gc.collect()
