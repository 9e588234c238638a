"""What text may hold, whichever way it comes in: JSON, forms, addresses, headers, cells of files."""

import re
import unicodedata
from typing import Final, LiteralString

from pydantic_core import PydanticCustomError

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# What turns the text behind it around, so that a reader sees another text than the one that is kept.
TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What nobody sees: Unicode's default ignorables and format characters, fillers, line separators, the blank of Braille.
UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)


def _refuse(text: str, unwanted: re.Pattern[str], code: LiteralString, said: LiteralString) -> None:
    if found := unwanted.search(text):
        raise PydanticCustomError(code, said, {"character": f"U+{ord(found[0]):04X}"})


def clean(text: str) -> str:
    """Return the text in NFC without blanks around it.

    Raise a ValueError where it holds control characters, or such as turn the direction of what stands behind them.
    Joiners and marks that scripts need stay: this is the rule of texts of several lines.
    """
    if not uncontrolled(text).isprintable():
        _refuse(text, TURNING, "turning_character", "{character}, which turns the direction of text, is not allowed")
    return unicodedata.normalize("NFC", text).strip()


def clean_line(text: str) -> str:
    """Return a name or another text of one line as `clean` does; raise a ValueError also for what nobody sees in it."""
    if not text.isascii():
        _refuse(text, UNSEEN, "invisible_character", "invisible characters such as {character} are not allowed")
    return clean(text)


def uncontrolled(text: str) -> str:
    """Return the text as it is, as befits a secret; raise a ValueError where it holds control characters."""
    if not text.isprintable():
        _refuse(text, CONTROL, "control_character", "control characters such as {character} are not allowed")
    return text


def _visible(text: str) -> str:
    return clean(without_unseen(CONTROL.sub("", text)))


def sought(text: str) -> str:
    """Return what somebody looks for, without what nobody sees in it; raise a ValueError for control characters."""
    return _visible(uncontrolled(text))


def seen(text: str) -> str:
    """Return the text in NFC, on one line and without all that nobody sees, for what is kept as it comes.

    Such are the names of files and programs, which their bearer did not write for us.
    """
    return " ".join(_visible(text).split())


def without_unseen(text: str) -> str:
    """Return the text without the characters that nobody sees."""
    return text if text.isascii() else UNSEEN.sub("", text)


def without_turning(text: str) -> str:
    """Return the text without the characters that turn the direction of others."""
    return text if text.isprintable() else TURNING.sub("", text)
