"""Messages between processes of this server: length-prefixed values, and a process that produces many of them."""

import contextlib
import os
import pickle
import socket
import struct
import threading
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from queue import Queue
from typing import Any, Final

LENGTH: Final = struct.Struct("!I")
OVER: Final = LENGTH.pack(0)
AHEAD: Final = 4  # pieces that wait to be taken


def packed(said: Any) -> bytes:
    """Return the value as it is sent."""
    content = pickle.dumps(said, pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(content)) + content


def unpacked(content: bytes) -> Any:
    """Return the value that stood behind its length."""
    return pickle.loads(content)  # noqa: S301 - by a process of our own


def received(connection: socket.socket) -> Any:
    """Return what the other end sent; raise EOFError where it is gone."""
    (length,) = LENGTH.unpack(_exactly(connection, LENGTH.size))
    return unpacked(_exactly(connection, length))


def _exactly(connection: socket.socket, length: int) -> bytes:
    content = connection.recv(length, socket.MSG_WAITALL)
    while len(content) < length:  # it is gone, or a signal came in between
        more = connection.recv(length - len(content), socket.MSG_WAITALL)
        if not more:
            raise EOFError
        content += more
    return content


class ValueProducer:
    """A process that gives pieces, as whoever takes them sees it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def ask(self, question: Any) -> Generator[Any, None, None]:
        """Yield what it gives to this question, its only one; where it dies, this process goes as well, at once."""
        ahead: Queue[bytes] = Queue(AHEAD)
        threading.Thread(target=_read_ahead, args=(self._connection, question, ahead), daemon=True).start()
        while content := ahead.get():
            yield unpacked(content)


def _read_ahead(connection: socket.socket, question: Any, ahead: Queue[bytes]) -> None:
    """Take what comes, so that whoever gives it need not wait for each piece to be done."""
    try:
        connection.sendall(packed(question))
        while (head := _exactly(connection, LENGTH.size)) != OVER:
            ahead.put(_exactly(connection, LENGTH.unpack(head)[0]))
        ahead.put(b"")
    except (EOFError, OSError):
        os._exit(1)  # anything less would make it a failure of the work, which is begun again instead


def fork_producer(give: Callable[[Any], Iterator[Any]], others: Sequence[socket.socket]) -> ValueProducer:
    """Fork a process that gives, one after the other, the pieces that `give` makes of the question that it is asked.

    It is never far ahead of whoever takes them, and ends with them. `others` are connections that are not its own. Call
    it before the first thread, connection or lock.
    """
    ours, theirs = socket.socketpair()
    if os.fork():
        theirs.close()
        return ValueProducer(ours)
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
