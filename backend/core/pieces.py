"""What processes of this server say to each other: values, each behind its length; and one that gives many of them."""

import contextlib
import os
import pickle
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from queue import Queue
from typing import Any, BinaryIO, Final

LENGTH: Final = struct.Struct("!I")
OVER: Final = LENGTH.pack(0)
AHEAD: Final = 4  # pieces that wait to be taken


def packed(said: Any) -> bytes:
    """Give the value as it is sent."""
    content = pickle.dumps(said, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(content)) + content


def unpacked(content: bytes) -> Any:
    """Give the value that stood behind its length."""
    return pickle.loads(content)  # noqa: S301 - by a process of our own


def received(connection: socket.socket) -> Any:
    """Give what the other end sent; raise EOFError where it is gone."""
    head = connection.recv(LENGTH.size, socket.MSG_WAITALL)
    if len(head) < LENGTH.size:
        raise EOFError
    (length,) = LENGTH.unpack(head)
    return unpacked(connection.recv(length, socket.MSG_WAITALL))


class Giver:
    """A process that gives pieces, as whoever takes them sees it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def ask(self, question: Any) -> Iterator[Any]:
        """Give what it gives to this question, its only one; where it dies, this process goes as well, at once."""
        ahead: Queue[bytes] = Queue(AHEAD)
        with self._connection as connection, connection.makefile("rb") as coming:
            connection.sendall(packed(question))
            threading.Thread(target=_read_ahead, args=(coming, ahead), daemon=True).start()
            while content := ahead.get():
                yield unpacked(content)


def _read_ahead(coming: BinaryIO, ahead: Queue[bytes]) -> None:
    """Take what comes, so that whoever gives it need not wait for each piece to be done."""
    with contextlib.suppress(OSError, ValueError):  # closed by whoever asked, who wants no more
        while (head := coming.read(LENGTH.size)) != OVER:
            content = coming.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
            if not content:
                os._exit(1)
            ahead.put(content)
        ahead.put(b"")


def fork_giver(give: Callable[[Any], Iterator[Any]], others: Sequence[socket.socket]) -> Giver:
    """Fork a process that gives, one after the other, the pieces that `give` makes of the question that it is asked.

    It is never far ahead of whoever takes them, and ends with them. `others` are connections that are not its own. Call
    it before the first thread, connection or lock.
    """
    ours, theirs = socket.socketpair()
    if os.fork():
        theirs.close()
        return Giver(ours)
    try:
        for other in (ours, *others):
            other.close()  # held open here, nobody would learn that its owner is gone
        with contextlib.suppress(EOFError, ConnectionError):
            for piece in give(received(theirs)):
                theirs.sendall(packed(piece))
            theirs.sendall(OVER)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(0)  # nothing above may go on as a second worker
