"""What is counted of a search without an answer, what is never kept, and how callers are told apart; all of it pure.

A caller is told apart by one byte, of a hash with the platform's secret and with random bytes of the row's own that are
thrown away with it: of all IPv4 addresses sixteen million share each, so no row leads back to one.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import blake2b
from typing import Final

from backend.unanswered_searches.codes import Cause, WordsLanguage
from search.text import fold

KEPT_DAYS: Final = 30
LEAST_CALLERS: Final = 5  # from so many on words are shown
LONGEST_TEXT: Final = 60  # characters: what is longer describes somebody's own matter, and nobody repeats it
MOST_TEXTS: Final = 20_000  # rows kept beyond the minute of a sweep
SALT_BYTES: Final = 16
_DIGIT: Final = "[\\d零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_PERSONAL: Final = re.compile(
    r"@|://|www\."  # addresses
    rf"|(?:{_DIGIT}[\s\-.·()/_]*){{6,}}"  # numbers of telephones, people, accounts and organisations
    r"|(?=[a-z]*\d)[0-9a-z]{15,}"
    r"|(?:电话|手机|微信|邮箱|身份证|护照|(?<![a-z])(?:qq|vx|wechat|weixin))[号码是为:：\s]*(?=[a-z_-]*\d)[\w-]{4,}"
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_HAN: Final = re.compile("[㐀-鿿豈-﫿\U00020000-\U000323af]")
_LATIN: Final = re.compile("[a-zà-ɏ]")


def counted_text(sought: str) -> str | None:
    """Return the text of a search in its normal form, or None where it is not to be kept.

    It is not where it is long, has no letter, or looks as though it told of a person.
    """
    if len(sought) > 2 * LONGEST_TEXT:
        return None
    text = " ".join(fold(sought).split())
    if not text or len(text) > LONGEST_TEXT or _PERSONAL.search(text) or not _LETTER.search(text):
        return None
    return text


def language_of(text: str) -> WordsLanguage:
    """Return in which script words in their normal form are written; any Chinese makes them Chinese."""
    if _HAN.search(text):
        return WordsLanguage.CHINESE
    return WordsLanguage.LATIN if _LATIN.search(text) else WordsLanguage.OTHER


def id_of(text: str, cause: Cause) -> str:
    """Return the id of what is counted, the same in every process."""
    return blake2b(f"{cause.value} {text}".encode(), digest_size=16).hexdigest()


def mark_of(network: str, key: bytes, salt: bytes) -> int:
    """Return the byte by which a row tells callers apart; two of 256 share it."""
    return blake2b(network.encode(), key=key, salt=salt, digest_size=1).digest()[0]


def marked(marks: bytes, networks: Iterable[str], key: bytes, salt: bytes) -> bytes:
    """Return the marks with those of callers that had none, at most as many as decide."""
    found = dict.fromkeys([*marks, *(mark_of(network, key, salt) for network in networks)])
    return bytes(list(found)[:LEAST_CALLERS])


def forgotten_day(today: date) -> date:
    """Return the last day that is kept no more."""
    return today - timedelta(days=KEPT_DAYS)
