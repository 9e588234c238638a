"""The one way in which XML is parsed here: piece by piece, resolving, loading and expanding nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from backend.imports.formats.errors import DeclaresEntities
from backend.imports.formats.record import NotWellFormed


class Parser:
    """A document that is fed piece by piece; gives the beginnings and ends of the elements that were asked for."""

    def __init__(self, tags: Sequence[str] | None = None) -> None:
        self._parser = etree.XMLPullParser(
            events=("start", "end"), tag=tags, resolve_entities=False, load_dtd=False, no_network=True,
            huge_tree=False, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        self._looked = False

    def feed(self, piece: bytes) -> Iterator[tuple[str, etree._Element]]:
        """Yield (`start` or `end`, element) for what the piece brings; raise NotWellFormed or DeclaresEntities."""
        broken: etree.XMLSyntaxError | None = None
        try:
            if piece:
                self._parser.feed(piece)
            else:
                self._parser.close()
        except etree.XMLSyntaxError as error:
            broken = error
        events: Any = self._parser.read_events()
        for event, element in events:
            if not self._looked:
                self._looked = True
                _refuse_entities(element)
            yield event, element
        if broken is not None:
            raise NotWellFormed(str(broken))

    def close(self) -> Iterator[tuple[str, etree._Element]]:
        """Return what was still to come; raise NotWellFormed where the document is not complete."""
        return self.feed(b"")


def _refuse_entities(element: etree._Element) -> None:
    declared: Any = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise DeclaresEntities


def local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace; nothing for what is no element."""
    tag: Any = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def emptied(element: Any) -> None:
    """Drop what the element holds and what stands before it and its ancestors: it was read."""
    element.clear(keep_tail=False)
    for above in (element, *element.iterancestors()):
        parent = above.getparent()
        while parent is not None and above.getprevious() is not None:
            del parent[0]
