"""What may happen to organisations, members, secrets and codes; pure."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from stdnum.cn import uscc

from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role

RANK: Final[Mapping[Role, int]] = {Role.VIEWER: 0, Role.EDITOR: 1, Role.OWNER: 2}
MAINLAND: Final = "CN"
WITHOUT_CREDIT_CODE: Final = frozenset({OrganisationKind.INDIVIDUAL, OrganisationKind.PLATFORM})
CREDIT_CODE: Final = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
SIGNING_SCOPE: Final = "signing:write"  # of a key that signs for its organisation
SHORTEST_PASSWORD: Final = 10
CONFIRMATION_GOOD_FOR: Final = timedelta(days=3)
INVITATION_GOOD_FOR: Final = timedelta(days=14)
RESET_GOOD_FOR: Final = timedelta(hours=1)
NETWORK_KEPT_FOR: Final = timedelta(days=1)  # of a sign-in from a new place: until the e-mail about it has gone
ERASED_NAME: Final = "erased person"
PLACE_KNOWN_FOR: Final = timedelta(days=90)
MOST_PLACES: Final = 20  # of one account; who has more is slowed at the oldest of them like a stranger


class Action(StrEnum):
    """What can be done with an organisation's verification."""

    VERIFY = "verify"
    REFUSE = "refuse"
    CORRECT = "correct"


TRANSITIONS: Final[Mapping[tuple[OrganisationStatus, Action], OrganisationStatus]] = {
    (OrganisationStatus.PENDING, Action.VERIFY): OrganisationStatus.VERIFIED,
    (OrganisationStatus.PENDING, Action.REFUSE): OrganisationStatus.REFUSED,
    (OrganisationStatus.PENDING, Action.CORRECT): OrganisationStatus.PENDING,
    (OrganisationStatus.REFUSED, Action.VERIFY): OrganisationStatus.VERIFIED,
    (OrganisationStatus.REFUSED, Action.CORRECT): OrganisationStatus.PENDING,
    (OrganisationStatus.VERIFIED, Action.REFUSE): OrganisationStatus.REFUSED,
}


def at_least(role: Role, asked: Role) -> bool:
    """Whether a role includes what the asked role may do."""
    return RANK[role] >= RANK[asked]


def lower(one: Role, other: Role) -> Role:
    """Return the role of the two that may do less."""
    return min(one, other, key=RANK.__getitem__)


def name_key(name: str) -> str:
    """Return the name folded for comparison: NFKC, lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def fold_credit_code(code: str) -> str:
    """Return the code in half width and capitals, without blanks and hyphens."""
    return "".join(unicodedata.normalize("NFKC", code).upper().replace("-", "").split())


def credit_code_flaw(code: str) -> str | None:
    """Return `credit_code_form` or `credit_code_check_digit`, or None where a folded code is right by GB 32100-2015."""
    if not CREDIT_CODE.fullmatch(code):
        return "credit_code_form"
    return None if uscc.calc_check_digit(code[:-1]) == code[-1] else "credit_code_check_digit"


def asks_credit_code(kind: OrganisationKind, country: str) -> bool:
    """Whether such an organisation has a unified social credit code: mainland entities only."""
    return country == MAINLAND and kind not in WITHOUT_CREDIT_CODE


COMMON_PASSWORDS: Final = frozenset(
    {
        "1234567890", "0123456789", "12345678910", "123456789a", "a123456789", "1qaz2wsx3edc", "qwertyuiop",
        "password12", "password123", "password1234", "passw0rd123", "qwerty12345", "qwerty123456", "iloveyou123",
        "woaini1314", "woaini520520", "5201314520", "1314520520", "asdfghjkl123", "asdfghjkl1", "administrator",
        "admin12345", "admin123456", "letmein1234", "welcome123", "welcome1234", "q1w2e3r4t5", "1q2w3e4r5t",
        "zaq12wsxcde3", "abcdefghij", "abcd123456", "abc1234567", "987654321a", "9876543210", "11223344556",
        "patentmart", "patentmart1", "patentmart123", "changeme123", "trustno1234", "monkey12345", "dragon12345",
    }
)  # fmt: skip


def password_flaw(password: str, *words: str) -> str | None:
    """Return why the password is refused, or None: too short, too common, or one of the `words` of its bearer.

    Length and a list of what is guessed first, no rules of composition (NIST SP 800-63B, 5.1.1.2).
    """
    folded = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        return "password_too_short"
    if folded in COMMON_PASSWORDS or len(set(folded)) <= 2:  # noqa: PLR2004 - one or two characters, repeated
        return "password_too_common"
    known = {part.casefold() for word in words for part in (word, word.partition("@")[0], word.replace(" ", ""))}
    return "password_is_your_name" if folded in known else None


BROWSERS: Final = (("Edg", "Edge"), ("OPR/", "Opera"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"),
                   ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("python", "Python"))  # fmt: skip
SYSTEMS: Final = (("Windows", "Windows"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Android", "Android"),
                  ("Mac OS X", "macOS"), ("HarmonyOS", "HarmonyOS"), ("Linux", "Linux"))  # fmt: skip


def program_name(agent: str | None) -> str:
    """Return which browser on which system a User-Agent names, in words of ours: what it says is anybody's text."""
    said = agent or ""
    browser = next((name for mark, name in BROWSERS if mark in said), "")
    system = next((name for mark, name in SYSTEMS if mark in said), "")
    return " / ".join(part for part in (browser, system) if part) or "—"


@dataclass(frozen=True, slots=True)
class Slowing:
    """How guessing is slowed: so many tries are free, each further one doubles the wait up to the longest."""

    free: int
    forgiven_after: timedelta
    longest: timedelta

    def count(self, failures: int, idle: timedelta) -> int:
        """Return how many tries count, the present one included; those long past are forgiven one by one."""
        return max(0, failures - int(idle / self.forgiven_after)) + 1

    def wait(self, failures: int) -> timedelta:
        """Return how long nobody may try again after so many tries."""
        over = failures - self.free
        return min(self.longest, timedelta(seconds=2 ** min(over, 20))) if over > 0 else timedelta()


# One account from one place; one account from anywhere; any account from one place.
PAIR: Final = Slowing(10, timedelta(minutes=10), timedelta(minutes=10))
ACCOUNT: Final = Slowing(20, timedelta(minutes=10), timedelta(minutes=10))
PLACE: Final = Slowing(200, timedelta(seconds=6), timedelta(minutes=1))
