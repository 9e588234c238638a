"""The codes of unanswered searches."""

from enum import StrEnum


class Cause(StrEnum):
    """What left nothing to find."""

    WORDS = "words"  # nothing is found by the words alone
    FILTERS = "filters"  # the search had filters: the words alone may find something


class WordsLanguage(StrEnum):
    """In which script the words are written."""

    CHINESE = "zh"
    LATIN = "en"
    OTHER = "other"
