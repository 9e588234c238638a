"""Patents in WIPO ST.36 and what offices made of it: CNIPA's older XML, USPTO's since 2005, EPO's OPS answers."""

from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from backend.imports.formats.event_codes import state_announcement
from backend.imports.formats.record import (  # fmt: skip
    Record,
    announce,
    day,
    joined,
    number,
    state_document,
    state_text,
    symbol,
)
from backend.imports.formats.xml.text import block_of, first_text, plain_names, text_of

BIBLIOGRAPHY: Final = ("bibliographic-data", "bibliographic-data-grant", "bibliographic-data-application")
OPS_NAME: Final = "epodoc"  # one party once; the names as filed repeat it with every document
US_KINDS: Final = {"utility": "invention", "design": "design"}
CLASS_PARTS: Final = ("section", "class", "subclass", "main-group", "subgroup")


def _ids(reference: etree._Element | None) -> list[etree._Element]:
    """Return the reference's document numbers, the office's own spelling first where it has its check digit."""
    if reference is None:
        return []
    spelled = {"": 0, "docdb": 0}
    return sorted(
        reference.iterfind("document-id"),
        key=lambda one: ("." not in first_text(one, "doc-number"), spelled.get(one.get("document-id-type", ""), 1)),
    )


def _state_documents(record: Record, bibliography: etree._Element) -> None:
    for path in ("publication-reference", "related-publication"):
        ids = _ids(bibliography.find(path))
        for one in ids[:1]:
            on = next((text for other in ids if (text := first_text(other, "date"))), "")
            office, letter = first_text(one, "country"), first_text(one, "kind")
            state_document(record, office, first_text(one, "doc-number"), letter, on)
    filed = bibliography.find("application-reference")
    ids = _ids(filed)
    office = next((text for one in ids if (text := first_text(one, "country"))), "")
    if filed is not None and ids:
        record.say("application_number", number(office, first_text(ids[0], "doc-number")))
        record.say("filing_date", next((day(text) for one in ids if (text := first_text(one, "date"))), ""))
        if office == "US" and (sort := filed.get("appl-type")):
            record.cells.pop("kind", None)
            record.say("kind", US_KINDS.get(sort, ""))


def _classes(bibliography: etree._Element) -> Iterator[str]:
    for one in bibliography.iterfind("classifications-ipcr/classification-ipcr"):
        text = first_text(one, "text")
        parts = [first_text(one, name) for name in CLASS_PARTS]
        yield symbol(text or "{}{}{}{}/{}".format(*parts))
    for path in ("classification-ipc", "classification-locarno"):
        for one in bibliography.iterfind(path):
            for name in ("main-classification", "further-classification"):
                yield from (symbol(text_of(each)) for each in one.iterfind(name))


def _name(party: etree._Element) -> str:
    book = party.find("addressbook")
    holder = party if book is None else book
    found = first_text(holder, "orgname", "name", "applicant-name/name", "inventor-name/name")
    if not found:
        found = f"{first_text(holder, 'first-name')} {first_text(holder, 'last-name')}"
    if party.get("data-format") == OPS_NAME:
        found = found.strip().partition(" [")[0]
    return found.strip(" ,")


def _names(bibliography: etree._Element, *paths: str) -> list[str]:
    for path in paths:
        parties = list(bibliography.iterfind(path))
        once = [one for one in parties if one.get("data-format") == OPS_NAME]
        if parties:
            return [_name(one) for one in once or parties]
    return []


def _state_parties(record: Record, bibliography: etree._Element) -> None:
    applicants = _names(bibliography, "parties/applicants/applicant")
    inventors = _names(bibliography, "parties/inventors/inventor")
    if not inventors:  # USPTO until 2012
        filed = bibliography.iterfind("parties/applicants/applicant")
        inventors = [_name(one) for one in filed if "inventor" in one.get("app-type", "")]
    record.say("applicants", joined(applicants))
    record.say("inventors", joined(inventors))
    record.say("holders", joined(_names(bibliography, "assignees/assignee", "parties/assignees/assignee")))


def _in_languages(elements: Sequence[etree._Element], language: str) -> list[tuple[etree._Element, str]]:
    return [(one, one.get("lang", language)) for one in elements]


def _state_texts(record: Record, document: etree._Element, bibliography: etree._Element) -> None:
    language = document.get("lang", "")
    titles = _in_languages(list(bibliography.iterfind("invention-title")), language)
    state_text(record, "title", [(lang, text_of(one)) for one, lang in titles])
    abstracts = [one for place in (document, bibliography) for one in place.iterfind("abstract")]
    state_text(record, "abstract", [(lang, block_of(one)) for one, lang in _in_languages(abstracts, language)])
    record.say("first_claim", block_of(next(document.iterfind(".//claims/claim"), None)))


def _state_own_announcement(record: Record) -> None:
    """Take what the document itself announces: it is published or granted by it."""
    for sort, event in (("publication", "published"), ("grant", "granted")):
        if on := record.cells.get(f"{sort}_date"):
            days = {"effective_on": on, "announced_on": on}
            announce(record, {"event": event, **days, "source": record.cells[f"{sort}_number"]})


def read_document(element: etree._Element) -> Record:
    """Return what a document or a family's member says; legal events where the office's answer holds them."""
    record = Record()
    is_member = element.tag.endswith("family-member")
    document = plain_names(element)
    inner = document.find("exchange-document")
    whole = document if inner is None else inner
    bibliography = next((found for name in BIBLIOGRAPHY if (found := whole.find(name)) is not None), whole)
    _state_documents(record, bibliography)
    if inner is not None:
        _state_documents(record, document)
    record.say("ipc", joined(list(_classes(bibliography))))
    _state_parties(record, bibliography)
    _state_texts(record, whole, bibliography)
    if is_member:
        _state_own_announcement(record)
        for legal in document.iterfind("legal"):
            state_announcement(record, legal)
    return record
