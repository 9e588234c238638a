"""Patents in CNIPA's namespaced XML (PatentDocumentAndRelated, since 2012; older documents were converted to it)."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from backend.imports.formats.record import Record, day, joined, number, state_document, state_text, symbol
from backend.imports.formats.xml.text import block_of, first_text, plain_names, text_of

ORIGINAL: Final = "original"  # beside it stands a "standard" spelling made for exchange
CLASS_PARTS: Final = ("Section", "MainClass", "Subclass", "MainGroup", "Subgroup")


def _original(place: etree._Element, path: str) -> Iterator[etree._Element]:
    return (one for one in place.iterfind(path) if one.get("dataFormat", ORIGINAL) == ORIGINAL)


def _state_documents(record: Record, bibliography: etree._Element) -> None:
    published = [reference.find("DocumentID") for reference in _original(bibliography, "PublicationReference")]
    earlier = bibliography.iterfind("RelatedDocuments/RelatedPublicationDoc/DocumentID")
    for one in (*published, *earlier):
        if one is not None:
            said = (first_text(one, name) for name in ("WIPOST3Code", "DocNumber", "Kind", "Date"))
            state_document(record, *said)
    for reference in _original(bibliography, "ApplicationReference"):
        office = first_text(reference, "DocumentID/WIPOST3Code")
        record.say("application_number", number(office, first_text(reference, "DocumentID/DocNumber")))
        record.say("filing_date", day(first_text(reference, "DocumentID/Date")))


def _classes(bibliography: etree._Element) -> Iterator[str]:
    for one in bibliography.iterfind("ClassificationIPCRDetails/ClassificationIPCR"):
        parts = [first_text(one, name) for name in CLASS_PARTS]
        yield symbol(first_text(one, "Text") or "{}{}{}{}/{}".format(*parts))
    for sort in ("ClassificationIPC", "ClassificationLocarno"):
        for one in bibliography.iterfind(sort):
            for name in ("MainClassification", "FurtherClassification"):
                yield from (symbol(text_of(each)) for each in _original(one, name))


def _names(bibliography: etree._Element, path: str) -> str:
    parties = list(_original(bibliography, f"Parties/{path}")) or _original(bibliography, path)
    return joined([first_text(one, "AddressBook/OrganizationName", "AddressBook/Name") for one in parties])


def read_document(element: etree._Element) -> Record:
    """Return what a publication or grant says."""
    record, document = Record(), plain_names(element)
    bibliography = document.find("BibliographicData")
    if bibliography is None:
        return record
    _state_documents(record, bibliography)
    record.say("ipc", joined(list(_classes(bibliography))))
    record.say("applicants", _names(bibliography, "ApplicantDetails/Applicant"))
    record.say("inventors", _names(bibliography, "InventorDetails/Inventor"))
    record.say("holders", _names(bibliography, "AssigneeDetails/Assignee"))
    titles = bibliography.iterfind("InventionTitle")
    state_text(record, "title", [(one.get("lang", ""), text_of(one)) for one in titles])
    abstracts = document.iterfind("Abstract")
    state_text(record, "abstract", [(one.get("lang", ""), block_of(one)) for one in abstracts])
    record.say("first_claim", block_of(next(document.iterfind("Claims/Claim"), None)))
    return record
