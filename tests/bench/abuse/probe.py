"""Asks for /healthz on a connection of its own each time, and prints the milliseconds that each took, until it is
told to stop: `python -m tests.bench.abuse.probe PORT`."""

import json
import signal
import socket
import sys
import time

EVERY = 0.05
LEAST = 5  # times, however short the attack
PATIENCE = 30.0
ASK = b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"


def _asked(port: int) -> float:
    """Return the seconds to the whole answer; the full patience where there was none."""
    began = time.perf_counter()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as link:
            link.sendall(ASK)
            whole = b""
            while piece := link.recv(4_096):
                whole += piece
    except OSError:
        return PATIENCE
    return time.perf_counter() - began if whole.startswith(b"HTTP/1.1 200") else PATIENCE


def main(port: int) -> None:
    over: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: over.append(number))
    print("ready", flush=True)
    found: list[float] = []
    while not over or len(found) < LEAST:
        found.append(_asked(port) * 1_000)
        time.sleep(EVERY)
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
