"""Which secrets are too weak to use; pure."""

from itertools import pairwise
from typing import Final

FEWEST_CHARACTERS: Final = 7  # different ones: 32 random digits have fewer once in fifty thousand times
SAMPLES: Final = (
    "demonstration-only", "changeme", "change-me", "change_me", "password", "passw0rd", "example", "placeholder",
    "patentmart", "your-secret", "your_secret", "yoursecret", "replace-me", "replace_me", "replaceme", "insecure",
    "qwerty",
)  # fmt: skip


def weakness(secret: str, shortest: int) -> str | None:
    """Return why a secret is too weak, or None: short, of few characters, a repetition, a row, or known from a text."""
    if len(secret) < shortest:
        return f"it has fewer than {shortest} characters"
    if len(set(secret)) < FEWEST_CHARACTERS:
        return "it has too few different characters"
    if secret in (secret + secret)[1:-1] or _repeats(secret):
        return "it repeats itself"
    if _is_row(secret):
        return "its characters follow each other as in the alphabet"
    if any(sample in secret.casefold() for sample in SAMPLES):
        return "it is, or holds, a word that stands in examples"
    return None


def _repeats(secret: str) -> bool:
    """Whether it is a shorter piece said again and again, perhaps cut off at the end."""
    return any(secret[period:] == secret[:-period] for period in range(1, len(secret) // 2 + 1))


def _is_row(secret: str) -> bool:
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    return max(steps.count(step) for step in (-1, 0, 1)) > len(steps) // 2
