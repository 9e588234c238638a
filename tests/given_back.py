"""Who took a database connection that nobody gave back: SQLAlchemy says that one is lost, not where it was taken."""

import logging
import os
import sys
from types import FrameType
from typing import Any

import greenlet
from sqlalchemy import event
from sqlalchemy.pool import Pool

_TAKEN: dict[str, str] = {}  # by the driver's connection, as the log names it


def _frames() -> list[str]:
    """Return where this is in our own code: what SQLAlchemy runs in a greenlet was called from its parent's frame."""
    parent = greenlet.getcurrent().parent
    frame: FrameType | None = parent.gr_frame if parent is not None and parent.gr_frame else sys._getframe()
    found = []
    while frame is not None:
        if "site-packages" not in frame.f_code.co_filename:
            found.append(f"{frame.f_code.co_filename}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return found[:8]


def _note(connection: Any, *_: Any) -> None:
    where = f"{os.environ.get('PYTEST_CURRENT_TEST', 'outside of a test')}: " + " < ".join(_frames())
    _TAKEN[hex(id(getattr(connection, "driver_connection", connection)))] = where


class _Says(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        for name, where in list(_TAKEN.items()):
            if name in str(record.msg):
                record.msg = f"{record.msg} It was taken in {where}"
                print(record.msg, file=sys.__stderr__)
        return True


def watch() -> None:
    """Have SQLAlchemy's word of a lost connection say where it was taken, past pytest's capturing."""
    event.listen(Pool, "checkout", _note)
    logging.getLogger("sqlalchemy.pool.impl.AsyncAdaptedQueuePool").addFilter(_Says())
