"""A score as it is shown: a sum of parts, each with its evidence and what a holder could do to raise it.

Points are integers of a hundredth, so that what is added up is exactly what is shown.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from search.similarity import profile

WHOLE: Final = 100  # hundredths in a point
VERSION: Final = f"{profile.VERSION}.1"  # of the text's measure, and of the facts' points


class PartName(StrEnum):
    """The parts of a score, in the order in which they are shown."""

    TEXT = "text"
    CLASSES = "classes"
    DEAL_TYPE = "deal_type"
    STAGE = "stage"
    PRICE = "price"
    REGION = "region"
    TERM_LEFT = "term_left"
    LEGAL_STATUS = "legal_status"
    RESPONSIVENESS = "responsiveness"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Improvement:
    """What would raise a part of the score, and by how many hundredths of a point at least."""

    code: str
    points: int
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One addend of a score; `most` is what it can be worth here. What was not asked for has no part."""

    name: PartName
    points: int
    most: int
    evidence: dict[str, Any] = field(default_factory=dict)
    raised_by: tuple[Improvement, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """The parts of a score; their sum is the score."""

    parts: tuple[Part, ...]

    @property
    def points(self) -> int:
        """The sum of the parts, in hundredths of a point."""
        return sum(part.points for part in self.parts)
