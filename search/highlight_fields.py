"""The texts of a patent that marks are put into, as every engine keeps them beside its index."""

from search.documents import PatentDocument
from search.index_fields import SHOWN, words_of
from search.text import fold_evenly

FIELD_END = "\x1f"
MARK_OPEN, MARK_CLOSE = "\ue000", "\ue001"  # stand for marks until the text around them is escaped
_CHARACTERS = 2_000
_KEPT_FREE = (FIELD_END, MARK_OPEN, MARK_CLOSE)


def shown(patent: PatentDocument) -> bytes:
    """The texts of the fields named in SHOWN, and the same as they are compared, character for character."""
    said = [_kept_free(words_of(patent, field)[:_CHARACTERS]) for field in SHOWN]
    return FIELD_END.join([*said, *map(fold_evenly, said)]).encode("utf-8", "replace")


def _kept_free(text: str) -> str:
    for mark in _KEPT_FREE:
        text = text.replace(mark, " ")
    return text
