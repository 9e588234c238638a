"""Which texts of a patent have vectors."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from backend.text_vectors.codes import VectorStage
from search.semantic.embedder import LONGEST

HASH_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Text:
    """A text with what it is known by."""

    stage: VectorStage
    text: str
    hash: bytes

    @classmethod
    def of(cls, stage: VectorStage, text: str) -> "Text":
        """Return the text as far as a model looks at it."""
        seen = text[:LONGEST]
        return cls(stage, seen, blake2b(seen.encode("utf-8", "replace"), digest_size=HASH_BYTES).digest())


@dataclass(frozen=True, slots=True)
class PatentTexts:
    """What a patent is compared by: its title, and title and abstract where it has one."""

    patent_id: str
    title: Text
    full: Text | None

    def __iter__(self) -> Iterator[Text]:
        yield self.title
        if self.full is not None:
            yield self.full

    def of_stage(self, stage: VectorStage) -> Text | None:
        """Return the text of that stage, or None where there is none."""
        return self.title if stage is VectorStage.TITLE else self.full


def texts_of(row: Any) -> PatentTexts:
    """Return the texts of a patent with `id`, `title`, `title_en`, `abstract` and `abstract_en`."""
    title = "\n".join(text for text in (row.title, row.title_en) if text)
    abstract = row.abstract or row.abstract_en
    full = Text.of(VectorStage.FULL, f"{title}\n{abstract}") if abstract else None
    return PatentTexts(row.id, Text.of(VectorStage.TITLE, title), full)


def is_due(texts: PatentTexts, stage: VectorStage, known: Collection[bytes]) -> bool:
    """Whether the text of that stage lacks its vector: a title needs none where title and abstract have one."""
    text = texts.of_stage(stage)
    return text is not None and text.hash not in known and (texts.full is None or texts.full.hash not in known)
