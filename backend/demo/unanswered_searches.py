"""Unanswered searches of the demonstration: made-up words, from networks that are set aside for examples."""

from typing import Final

from backend.demo.load_context import Stage
from backend.unanswered_searches.recorder import NAME
from backend.unanswered_searches.service import keep
from backend.unanswered_searches.tally import Noted, Tally

SOUGHT: Final = (
    ("榨菜脱盐废水回用", False, 9),
    ("摩托车化油器结冰", False, 7),
    ("噪音小的破碎锤", True, 6),
    ("self-healing hot pot liner", False, 5),
    ("长江航道无人测深", False, 3),  # too few callers to be shown
)


async def show_unanswered_searches(stage: Stage) -> None:
    """Count what was sought today and not found."""
    noted = [
        Noted(text, is_narrowed, f"198.51.100.{number}")
        for text, is_narrowed, callers in SOUGHT
        for number in range(1, callers + 1)
    ]
    await keep(stage.session, Tally().count(noted, stage.today), stage.today, stage.settings.key(NAME))
