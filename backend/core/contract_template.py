"""The form of a contract: its typed terms, its sides, and the clauses that its paper prints of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from backend.core.errors import Text


@dataclass(frozen=True, slots=True)
class SideName:
    """One organisation on a side, as the contract names it; `credit_code` is null where it has none."""

    name: str
    name_en: str | None
    credit_code: str | None


@dataclass(frozen=True, slots=True)
class SideNames:
    """All organisations that bear one code of a side, in the order in which the contract names them."""

    title: Text
    members: tuple[SideName, ...]

    @property
    def names(self) -> Text:
        """Return their names on one line, in English as far as they have English names."""
        return Text(
            "、".join(member.name for member in self.members),
            ", ".join(member.name_en or member.name for member in self.members),
        )


@dataclass(frozen=True, slots=True)
class Clause:
    """A heading and its paragraphs, in Chinese, which prevails, with an English rendering beside each."""

    heading: Text
    paragraphs: Sequence[Text]


Clauses = Callable[[Any, Mapping[str, SideNames]], Sequence[Clause]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTemplate:
    """The text of one kind of contract. A changed text or layout is a new version; old ones stay registered."""

    name: str
    version: str
    title: Text
    terms: type[BaseModel]
    """The typed terms: strict, nothing beside them, whole numbers only."""
    sides: Mapping[str, Text]
    """What each code of a side is called; several organisations may bear one code."""
    clauses: Clauses
    """The clauses of these terms between these sides."""
    amendable: frozenset[str] = frozenset()
    """The terms that a side may propose to change through the API; what else changes, the domain above proposes."""

    @property
    def key(self) -> tuple[str, str]:
        """Return what the template is registered by."""
        return self.name, self.version
