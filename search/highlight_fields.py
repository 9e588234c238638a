"""The texts of a document that marks are put into, as every engine keeps them beside its index."""

from search.documents import Document
from search.index_spec import IndexSpec, words_of
from search.text import fold_evenly

FIELD_END = "\x1f"
MARK_OPEN, MARK_CLOSE = "\ue000", "\ue001"  # stand for marks until the text around them is escaped
_CHARACTERS = 2_000
_KEPT_FREE = (FIELD_END, MARK_OPEN, MARK_CLOSE)


def highlight_text(spec: IndexSpec, document: Document) -> bytes:
    """The texts of the fields that marks are put into, and the same as they are compared, character for character."""
    said = [_kept_free(words_of(document, field)[:_CHARACTERS]) for field in spec.fields]
    return FIELD_END.join([*said, *map(fold_evenly, said)]).encode("utf-8", "replace")


def _kept_free(text: str) -> str:
    for mark in _KEPT_FREE:
        text = text.replace(mark, " ")
    return text
