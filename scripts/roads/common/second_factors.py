"""Second factors on a road: set up for the walk and removed at its end, so that the demonstration is as it was."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyotp

from common.walking import PASSWORD, Walk, note

PLACE = "/v1/me/second-factor"
STEP = 30  # seconds


@dataclass
class Signer:
    """A member who signs: his authenticator and his recovery codes."""

    walk: Walk
    who: str
    secret: str
    recovery_codes: list[str]
    last_step: int = 0

    def code(self) -> str:
        """Return a code that was not used yet: what the authenticator shows, or one of the recovery codes."""
        present = int(time.time()) // STEP
        step = max(present, self.last_step + 1)
        if step > present + 1:
            if len(self.recovery_codes) <= 2:
                self._renew()
            return self.recovery_codes.pop()
        self.last_step = step
        return pyotp.TOTP(self.secret).generate_otp(step)

    def _renew(self) -> None:
        body = {"code": self.recovery_codes.pop()}
        renewed = self.walk.ask("POST", f"{PLACE}/recovery-codes", self.who, json=body).json()
        self.recovery_codes = renewed["recovery_codes"]

    def sign(self, method: str, path: str, *, status: int = 200, **more: Any) -> Any:
        """Send what is signed, with a code of its own; print it, and return what the answer says."""
        headers = {"Second-Factor": self.code()} | more.pop("headers", {})
        return self.walk.shown(method, path, self.who, status=status, headers=headers, **more)


def _set_up(walk: Walk, who: str) -> Signer:
    begun = walk.ask("POST", PLACE, who, status=201, json={"current_password": PASSWORD}).json()
    signer = Signer(walk, who, begun["secret"], [])
    confirmed = walk.ask("POST", f"{PLACE}/confirmation", who, json={"code": signer.code()}).json()
    signer.recovery_codes = confirmed["recovery_codes"]
    note(f"{who} has an authenticator, and ten recovery codes")
    return signer


@contextmanager
def signing(walk: Walk, *people: str) -> Iterator[dict[str, Signer]]:
    """Yield the signers, who are signed in; at the end of the block none of them has a second factor any more."""
    signers: dict[str, Signer] = {}
    try:
        for who in people:
            signers[who] = _set_up(walk, who)
        yield signers
    finally:
        for who, signer in signers.items():
            body = {"current_password": PASSWORD, "code": signer.code()}
            walk.ask("DELETE", PLACE, who, status=204, json=body)
