"""Second factors of members, set up through the front door, and authenticators that make their codes."""

import time
from dataclasses import dataclass, field

import httpx
import pyotp

from tests.scenarios.members import PASSWORD, Member
from tests.scenarios.requests import get, post

PLACE = "/v1/me/second-factor"
STEP = 30  # seconds
BEFORE_THE_LAST = 2  # recovery codes: one renews them, and one is kept for whoever needs it


@dataclass
class Authenticator:
    """The app on a person's telephone, with the recovery codes that were written down."""

    secret: str
    recovery_codes: list[str] = field(default_factory=list)
    last_step: int = 0  # whose code was shown

    def at(self, step: int) -> str:
        """Return the code of a step."""
        return pyotp.TOTP(self.secret).generate_otp(step)

    def code(self) -> str:
        """Return a code that was not used yet: of the present step or the next one, or else a recovery code."""
        present = this_step()
        step = max(present, self.last_step + 1)
        if step > present + 1:
            return self.recovery_codes.pop()
        self.last_step = step
        return self.at(step)

    def wrong_code(self) -> str:
        """Return six digits that are the code of no step near."""
        near = {self.at(this_step() + n) for n in range(-3, 4)}
        return next(code for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
                    if code not in near)  # fmt: skip


AUTHENTICATORS: dict[tuple[str, str], Authenticator] = {}  # by the organisation and the address of a member


def this_step() -> int:
    """Return the present step."""
    return int(time.time()) // STEP


async def begin_second_factor(client: httpx.AsyncClient, who: Member, password: str = PASSWORD) -> Authenticator:
    """Return an authenticator that has read the secret, and is not confirmed yet."""
    begun = await post(client, who, PLACE, {"current_password": password}, 201)
    return Authenticator(begun["secret"])


async def set_up_second_factor(client: httpx.AsyncClient, who: Member, password: str = PASSWORD) -> Authenticator:
    """Return the authenticator of the member, who has a second factor from now on."""
    made = await begin_second_factor(client, who, password)
    confirmed = await post(client, who, f"{PLACE}/confirmation", {"code": made.code()}, 200)
    made.recovery_codes = confirmed["recovery_codes"]
    return made


async def signing_headers(client: httpx.AsyncClient, who: Member, with_: Authenticator) -> dict[str, str]:
    """Return the headers of a member who signs, with a code of its own; recovery codes are renewed as they run out."""
    if len(with_.recovery_codes) <= BEFORE_THE_LAST:
        renewed = await post(client, who, f"{PLACE}/recovery-codes", {"code": with_.code()}, 200)
        with_.recovery_codes = renewed["recovery_codes"]
    return who.headers | {"Second-Factor": with_.code()}


async def headers_to_sign(client: httpx.AsyncClient, who: Member) -> dict[str, str]:
    """Return the headers of a member who signs; an authenticator is set up before the first time."""
    person = (who.organisation_id, who.user_email)
    if person not in AUTHENTICATORS:
        AUTHENTICATORS[person] = await set_up_second_factor(client, who)
    return await signing_headers(client, who, AUTHENTICATORS[person])


async def user_id_of(client: httpx.AsyncClient, who: Member) -> str:
    """Return the id of the member's account."""
    return str((await get(client, who, "/v1/me"))["user_id"])


async def is_told(client: httpx.AsyncClient, who: Member, kind: str) -> bool:
    """Whether the member's inbox has a message of the kind."""
    return kind in [message["type"] for message in (await get(client, who, "/v1/inbox"))["items"]]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the code of a refusal."""
    return answer.status_code, answer.json()["code"]
