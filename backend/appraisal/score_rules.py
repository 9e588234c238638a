"""The score of an appraisal with its working: points times weights, in whole numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backend.appraisal.indicators.definitions import Indicator, Reading, milli_points
from backend.appraisal.indicators.facts import Facts, without_own_word
from backend.appraisal.indicators.readings import READ
from backend.appraisal.indicators.table import INDICATORS
from backend.core.errors import Text

WHOLE_BP: Final = 10_000
ROUNDING: Final = Text(
    "每项得分按千分之一分计（向下取整），乘以万分之一计的权重后相加，总和除以 10000 一次：下限向下取整，上限向上取整。",
    "Points are thousandths, rounded down; times the weight in basis points they are added up, and the sum is divided "
    "by 10,000 once: the lower bound is rounded down, the upper one up.",
)


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One line of the working: what is known of the indicator, the points that it may be worth, and its weight."""

    indicator: Indicator
    reading: Reading
    low_milli_points: int
    high_milli_points: int
    weight_bp: int

    @property
    def low(self) -> int:
        """The least that it adds, in thousandths of a point times basis points."""
        return self.low_milli_points * self.weight_bp

    @property
    def high(self) -> int:
        """The most that it adds."""
        return self.high_milli_points * self.weight_bp


@dataclass(frozen=True, slots=True)
class Score:
    """The range of a score of 0 to 100 in thousandths of a point, with its lines; the lower bound is the headline.

    `verified_milli_points` is what is left of it without whatever rests on a holder's own word.
    """

    low_milli_points: int
    high_milli_points: int
    verified_milli_points: int
    lines: tuple[ScoreLine, ...]


def score(facts: Facts, weights: Mapping[str, int]) -> Score:
    """Return the score by weights in basis points, which sum to 10,000; what has no weight counts for nothing.

    What is not known counts for none to all of its points, and its weight goes to nothing else.
    """
    lines, verified = _lines(facts, weights), _lines(without_own_word(facts), weights)
    low, high = sum(line.low for line in lines), sum(line.high for line in lines)
    return Score(low // WHOLE_BP, -(-high // WHOLE_BP), sum(line.low for line in verified) // WHOLE_BP, lines)


def _lines(facts: Facts, weights: Mapping[str, int]) -> tuple[ScoreLine, ...]:
    return tuple(_line(indicator, facts, weights.get(indicator.code, 0)) for indicator in INDICATORS)


def _line(indicator: Indicator, facts: Facts, weight_bp: int) -> ScoreLine:
    reading = READ[indicator.code](facts)
    low, high = milli_points(indicator, reading)
    return ScoreLine(indicator, reading, low, high, weight_bp)
