"""What all roads share: the connection, the words, numbers that no office has given out, and how a road ends."""

import argparse
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

AUTHORITY = "owner@authority-city.example"
PLATFORM = "owner@platform.example"
PASSWORD = "patentmart-demo"  # noqa: S105 - shown to all by scripts/serve
SYLLABLES = (
    ("岚", "lan"), ("澜", "lan"), ("霁", "ji"), ("沐", "mu"), ("湛", "zhan"), ("璟", "jing"), ("峤", "qiao"),
    ("渺", "miao"), ("翊", "yi"), ("筠", "yun"), ("禾", "he"), ("泓", "hong"), ("嵘", "rong"), ("昶", "chang"),
)  # fmt: skip
MADE_UP_PDF = b"%PDF-1.7\n%% made up, for the demonstration\ntrailer\n<<>>\n%%EOF\n"
WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
PATIENCE = 60.0


class WentWrong(Exception):
    """A step did not do what it should."""


@dataclass
class Walk:
    """One walk along the road: the connection, who is signed in, what was made on the way."""

    http: httpx.Client
    step: int = 0
    tokens: dict[str, str] = field(default_factory=dict)

    def say(self, what: str) -> None:
        self.step += 1
        print(f"\n{self.step}. {what}", flush=True)

    def ask(self, method: str, path: str, who: str | None = None, *, status: int = 200, **more: Any) -> httpx.Response:
        """Return the answer; whoever is not named asks as a stranger."""
        headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {self.tokens[who]}"} if who else {})}
        headers |= more.pop("headers", {})
        answer = self.http.request(method, path, headers=headers, **more)
        expect(answer.status_code == status, f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer

    def shown(self, method: str, path: str, who: str | None = None, *, status: int = 200, **more: Any) -> Any:
        """Print the request with who asks, and return what the answer says."""
        answer = self.ask(method, path, who, status=status, **more)
        note(f"{who or 'a stranger'}: {method} {path} → {answer.status_code}")
        return answer.json()

    def sign_in(self, who: str) -> None:
        form = {"grant_type": "password", "username": who, "password": PASSWORD}
        answer = self.http.post("/v1/oauth/token", data=form, headers={"Accept-Language": "en"})
        is_barred = answer.json().get("code") == "second_factor_required"
        expect(not is_barred, f"{who} has a second factor, without which roads sign in: DELETE /v1/me/second-factor")
        expect(answer.status_code == 200, f"{who} could not sign in: {answer.text[:500]}")
        self.tokens[who] = answer.json()["access_token"]
        note(f"signed in as {who}")

    def inbox_message(self, who: str, kind: str, name: str, thing: str) -> str:
        """Wait for a message about the thing in the inbox, and print it; return its text."""

        def look() -> dict[str, Any] | None:
            items = self.ask("GET", "/v1/inbox", who, params={"limit": 50}).json()["items"]
            return next((m for m in items if m["type"] == kind and m["data"].get(name) == thing), None)

        message = until(look, f"{who} is told of {kind}")
        note(f"{who} reads in its inbox: {message['text']}")
        return str(message["text"])

    def evidence(self, who: str, name: str) -> str:
        """Upload a piece of evidence; return its id."""
        content = MADE_UP_PDF + f"%{who} {name} {fresh_serials(1)[0]}\n".encode()
        answer = self.ask("POST", "/v1/files", who, status=201, files={"file": (name, content, "application/pdf")})
        file: dict[str, Any] = answer.json()
        note(f"{who} uploads {file['filename']}: SHA-256 {file['sha256'][:12]}…")
        return str(file["id"])

    def china_today(self) -> str:
        """Return the day that it is in China by the demonstration's clock."""
        now = datetime.fromisoformat(self.ask("GET", "/v1/demo/clock", PLATFORM).json()["now"])
        return (now + timedelta(hours=8)).date().isoformat()


def expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise WentWrong(otherwise)


def note(what: str) -> None:
    print(f"   {what}", flush=True)


def until(look: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Look until there is something to see, for so many seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.1)
    raise WentWrong(f"after {patience:.0f} seconds still not: {what}")


def application_number(serial: int) -> str:
    """Return an application number of 2021 with its check digit; no office has given out serials so high."""
    digits = f"20211{serial:07d}"
    return f"{digits}.{'0123456789X'[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]}"


def fresh_brand() -> tuple[str, str]:
    """Return a made-up brand in Chinese and in letters, so that each walk finds its own patents."""
    syllables = random.SystemRandom().sample(SYLLABLES, 4)
    return "".join(zh for zh, _ in syllables), "".join(en for _, en in syllables).capitalize()


def fresh_serials(count: int) -> list[int]:
    """Return serials of application numbers."""
    return random.SystemRandom().sample(range(8_000_000, 9_000_000), count)


def yuan(fen: int | None) -> str:
    return "—" if fen is None else f"¥{fen / 100:,.2f}"


def walked(walk_it: Callable[..., None], said: str | None, **ports: int) -> int:
    """Walk a road against the server that the command line names, with ports of its own; return the exit code."""
    parser = argparse.ArgumentParser(description=said)
    parser.add_argument("--server", default="http://127.0.0.1:8000", help="a server in demonstration mode")
    for name, port in ports.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=port, help=f"instead of {port}")
    try:
        walk_it(**vars(parser.parse_args()))
    except WentWrong as wrong:
        print(f"\nThis went wrong: {wrong}", file=sys.stderr)
    except httpx.HTTPError as away:
        print(f"\nThe server did not answer ({away!r}); start it with scripts/serve.", file=sys.stderr)
    else:
        print("\nThe whole road was walked.")
        return 0
    return 1
