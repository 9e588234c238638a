"""What the paper of a contract says, and what a signature of it binds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.contracts.codes import VersionKind
from backend.core.canonical import canonical
from backend.core.contract_template import Clause, SideName
from backend.core.errors import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSide:
    """A side as paper and signature name it."""

    number: int
    code: str
    title: Text
    organisation_id: str
    party_id: str
    name: SideName


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """The version whose terms an amendment or a termination is about."""

    number: int
    terms_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperContent:
    """All that stands on the paper of a version."""

    title: Text
    contract_id: str
    number: int
    kind: VersionKind
    template_name: str
    template_version: str
    drawn_up_at: datetime
    sides: Sequence[PaperSide]
    clauses: Sequence[Clause]
    terms_hash: str
    amended: Amended | None
    note: str | None
    is_demonstration: bool


def length(content: PaperContent) -> int:
    """Return how many characters the clauses have in both languages, with the note."""
    texts = [text for clause in content.clauses for text in (clause.heading, *clause.paragraphs)]
    return sum(len(text.zh) + len(text.en) for text in texts) + len(content.note or "")


def bound(content: PaperContent, document_hash: str) -> bytes:
    """Return the canonical JSON of what a signature binds; its SHA-256 is the bound hash."""
    statement: dict[str, Any] = {
        "contract_id": content.contract_id,
        "version": content.number,
        "kind": content.kind.value,
        "template": content.template_name,
        "template_version": content.template_version,
        "terms_hash": content.terms_hash,
        "document_hash": document_hash,
        "amends_terms_hash": content.amended.terms_hash if content.amended else None,
        "sides": [
            {
                "number": side.number,
                "code": side.code,
                "organisation_id": side.organisation_id,
                "party_id": side.party_id,
                "name": side.name.name,
                "credit_code": side.name.credit_code,
            }
            for side in content.sides
        ],
    }
    return canonical(statement)
