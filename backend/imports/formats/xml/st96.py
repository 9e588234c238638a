"""Patents in WIPO ST.96 (PatentPublication)."""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from backend.imports.formats.record import Record, day, joined, number, state_document, state_text, symbol
from backend.imports.formats.xml.text import block_of, first_text, plain_names, text_of

LANGUAGE: Final = "{http://www.wipo.int/standards/XMLSchema/ST96/Common}languageCode"
CLASS_PARTS: Final = ("Section", "Class", "Subclass", "MainGroup", "Subgroup")
CLASSES: Final = "PatentClassificationBag/IPCRClassificationBag/IPCRClassification"
KINDS: Final = {"Utility": "invention", "Design": "design", "Utility model": "utility_model"}


def _classes(bibliography: etree._Element) -> Iterator[str]:
    for one in bibliography.iterfind(CLASSES):
        parts = [first_text(one, name) for name in CLASS_PARTS]
        yield symbol(first_text(one, "PatentClassificationText") or "{}{}{}{}/{}".format(*parts))
    for one in bibliography.iterfind("PatentClassificationBag/IPCClassification"):
        for name in ("MainClassification", "FurtherClassification"):
            yield from (symbol(text_of(each)) for each in one.iterfind(name))


def _name(party: etree._Element) -> str:
    name = next(party.iterfind(".//Name"), party)
    found = first_text(name, "EntityName", "OrganizationName/OrganizationStandardName", "PersonName/PersonFullName")
    person = name.find("PersonName/PersonStructuredName")
    if found or person is None:
        return found or first_text(name, ".//OrganizationStandardName", ".//PersonFullName")
    return f"{first_text(person, 'FirstName')} {first_text(person, 'LastName')}".strip()


def _names(bibliography: etree._Element, path: str) -> str:
    return joined([_name(one) for one in bibliography.iterfind(f"PartyBag/{path}")])


def read_document(element: etree._Element) -> Record:
    """Return what a publication says."""
    language = element.get(LANGUAGE, "")
    record, document = Record(), plain_names(element)
    bibliography = document.find("BibliographicData")
    if bibliography is None:
        return record
    filed, published = (bibliography.find(f"{sort}Identification") for sort in ("Application", "PatentPublication"))
    if filed is not None:
        office = first_text(filed, "IPOfficeCode")
        record.say("application_number", number(office, first_text(filed, "ApplicationNumber/ApplicationNumberText")))
        record.say("filing_date", day(first_text(filed, "FilingDate")))
        if office != "CN":
            record.say("kind", KINDS.get(first_text(filed, "InventionSubjectMatterCategory"), ""))
    if published is not None:
        names = ("IPOfficeCode", "PublicationNumber", "PatentDocumentKindCode", "PublicationDate")
        state_document(record, *(first_text(published, name) for name in names))
    record.say("ipc", joined(list(_classes(bibliography))))
    record.say("applicants", _names(bibliography, "ApplicantBag/Applicant"))
    record.say("inventors", _names(bibliography, "InventorBag/Inventor"))
    record.say("holders", _names(bibliography, "AssigneeBag/Assignee"))
    record.say("holders", _names(bibliography, "PatentGranteeBag/PatentGrantee"))
    titles = bibliography.iterfind("InventionTitleBag/InventionTitle")
    state_text(record, "title", [(one.get(LANGUAGE, language), text_of(one)) for one in titles])
    abstracts = document.iterfind("Abstract")
    state_text(record, "abstract", [(one.get(LANGUAGE, language), block_of(one)) for one in abstracts])
    record.say("first_claim", block_of(next(document.iterfind("Claims/Claim"), None)))
    return record
