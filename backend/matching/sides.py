"""The two sides of a match."""

from dataclasses import dataclass

from backend.matching.models import Match
from backend.needs.faces import Face


@dataclass(frozen=True, slots=True)
class Sides:
    """A match with the organisations on both sides, and with what the caller's side may know of the need."""

    match: Match
    asker_id: str
    holder_id: str
    patent_id: str
    face: Face
