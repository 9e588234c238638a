"""Codes of texts that have vectors."""

from enum import StrEnum


class VectorStage(StrEnum):
    """How much of a patent a vector was made of: titles come first, as all of them together take minutes."""

    TITLE = "title"
    FULL = "full"
