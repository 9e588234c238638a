"""Which facts of the register may be filled or changed by whom, and when two rows are one patent."""

import re
import unicodedata
from collections.abc import Container, Iterator, Mapping
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final, Protocol

from backend.core.errors import FieldError, Text
from backend.patents.codes import PatentKind
from backend.patents.numbers.canonical import Number, NumberRole, NumberWrong, parse_number

NUMBERS: Final[tuple[str, ...]] = ("application_number", "publication_number", "grant_number")
FACTS: Final[tuple[str, ...]] = (
    "kind",
    "title",
    "title_en",
    "abstract",
    "abstract_en",
    "first_claim",
    "ipc",
    "inventors",
    "applicants",
    "filing_date",
    "publication_date",
    "grant_date",
)
EMPTY: Final[tuple[Any, ...]] = (None, "", [])
IDENTITY: Final = (*NUMBERS, "kind", "filing_date")
IPC: Final = re.compile(r"([A-H]\d{2}[A-Z])(?:(\d{1,4})/(\d{2,6}))?")
LONGEST_CLASS: Final = 60
LOCARNO: Final = re.compile(r"(?:LOC\(\d+\)(?:CL\.?)?)?(\d{2})-(\d{2})")
EDITION: Final = re.compile(r"\(\d{4}\.\d{2}\)[A-Z]*$|[;,]+$")


class RegisterFacts(Protocol):
    """A row of the register, as far as its identity goes."""

    application_number: str | None
    publication_number: str | None
    grant_number: str | None
    kind: PatentKind | None
    title: str
    filing_date: date | None


def folded(text: str) -> str:
    """Return the text as it is compared: compatibility forms, case and blanks do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def classification(text: str) -> str:
    """Return a class in its one form: an IPC symbol such as H01M10/0525, or for designs a Locarno class such as 14-02.

    Raises ValueError where it is neither.
    """
    if len(text) > LONGEST_CLASS:
        raise ValueError("too long for a class")
    return _classification(text)


@lru_cache(maxsize=20_000)
def _classification(text: str) -> str:
    joined = "".join(unicodedata.normalize("NFKC", text).upper().split())
    while (bare := EDITION.sub("", joined)) != joined:
        joined = bare
    if found := IPC.fullmatch(joined):
        return f"{found[1]}{int(found[2])}/{found[3]}" if found[2] else found[1]
    if found := LOCARNO.fullmatch(joined):
        return f"{found[1]}-{found[2]}"
    raise ValueError("neither an IPC symbol such as H01M10/0525 nor a Locarno class such as 14-02")


class Condensed(str):
    """The hash of a long text as it is compared, remembered in its place."""

    __slots__ = ()

    @classmethod
    def of(cls, text: str) -> "Condensed":
        """Return the text's hash, or the hash itself where it is one."""
        return text if isinstance(text, Condensed) else cls(blake2b(folded(text).encode(), digest_size=16).hexdigest())


def is_same(known: Any, given: Any) -> bool:
    """Whether two values of a fact say the same; of texts, width, case and blanks do not count."""
    if known == given or not (isinstance(known, str) and isinstance(given, str)):
        return bool(known == given)
    if isinstance(known, Condensed) or isinstance(given, Condensed):
        return Condensed.of(known) == Condensed.of(given)
    return folded(known) == folded(given)


def fill_or_conflict(
    known: Mapping[str, Any] | RegisterFacts,
    facts: Mapping[str, Any],
    *,
    may_overwrite: bool,
    kept: Container[str] = (),
) -> tuple[dict[str, Any], list[str]]:
    """Return what the facts change in a known row, and the names of those that disagree with it and are not taken.

    An empty fact says nothing. An empty field is filled by whoever knows; a filled one is changed only by those who
    entered it (`may_overwrite`); a number, once known, is never changed on the way, nor are the facts in `kept`.
    """
    row: Any = known
    changes: dict[str, Any] = {}
    conflicts: list[str] = []
    for name in (*NUMBERS, *FACTS):
        given = facts.get(name)
        if given in EMPTY:
            continue
        present = row[name] if isinstance(known, Mapping) else getattr(row, name)
        if present in EMPTY and name not in kept:
            changes[name] = given
        elif not is_same(present, given):
            if may_overwrite and name not in NUMBERS and name not in kept:
                changes[name] = given
            else:
                conflicts.append(name)
    return changes, conflicts


def contradictions(one: RegisterFacts, other: RegisterFacts) -> list[str]:
    """Return the names of the facts by which two rows cannot be one patent."""
    pairs = ((name, getattr(one, name), getattr(other, name)) for name in IDENTITY)
    return [name for name, a, b in pairs if a is not None and b is not None and a != b]


def are_one_patent(one: RegisterFacts, other: RegisterFacts) -> bool:
    """Whether two rows that a number links are one patent: nothing contradicts, and the title or filing date agrees."""
    if contradictions(one, other):
        return False
    same_day = one.filing_date is not None and one.filing_date == other.filing_date
    return same_day or folded(one.title) == folded(other.title)


FIELD_OF: Final = {
    NumberRole.APPLICATION: "application_number",
    NumberRole.PUBLICATION: "publication_number",
    NumberRole.GRANT: "grant_number",
}


def placed(field: str, text: str, office: str) -> tuple[str, Number]:
    """Return the field in which a number belongs, and the number; raise NumberWrong where it does not fit the field.

    A utility model or design is published by its grant, so a publication number may turn out to be a grant number.
    """
    number = parse_number(text, office)
    if number.role is NumberRole.UNKNOWN:
        if number.office == "CN":
            raise NumberWrong("number_kind_code_missing")
        return field, number
    belongs = FIELD_OF[number.role]
    if (field == "application_number") != (belongs == "application_number"):
        raise NumberWrong("number_of_another_sort")
    return belongs, number


def read_numbers(
    given: Mapping[str, str | None], office: str
) -> tuple[dict[str, str], PatentKind | None, list[FieldError]]:
    """Return the canonical numbers by field, the kind that they tell, and what is wrong with them."""
    numbers: dict[str, str] = {}
    kinds: set[PatentKind] = set()
    wrong: list[FieldError] = []
    for field, text in given.items():
        if not text:
            continue
        try:
            belongs, number = placed(field, text, office)
        except NumberWrong as error:
            said = Text(f"{error.detail.zh}{error.cure.zh}", f"{error.detail.en} {error.cure.en}")
            wrong.append(FieldError(f"/{field}", error.code, said))
            continue
        if number.office != office:
            wrong.append(FieldError(f"/{field}", "number_of_another_office", OTHER_OFFICE))
        elif numbers.setdefault(belongs, number.canonical) != number.canonical:
            wrong.append(FieldError(f"/{field}", "numbers_contradict", TWO_NUMBERS))
        kinds |= {number.kind} if number.kind else set()
    if len(kinds) > 1:
        wrong.append(FieldError("", "numbers_contradict", TWO_KINDS))
    return numbers, next(iter(kinds), None), wrong


OTHER_OFFICE: Final = Text("该号码属于另一专利局。", "The number is another office's.")
TWO_NUMBERS: Final = Text("同一种号码填了两个不同的值。", "Two different numbers of one sort are given.")
TWO_KINDS: Final = Text("各号码所示的专利种类不同。", "The numbers tell of different kinds of patent.")
KIND_DIFFERS: Final = Text("专利种类与号码所示不符。", "The kind is not the one that the number tells.")
FILED_LATER: Final = Text("申请日晚于公开日或授权日。", "The filing date lies after the publication or the grant.")


def disagreements(facts: Mapping[str, Any], kind_by_number: PatentKind | None) -> Iterator[FieldError]:
    """Yield what cannot be true together: a kind that the number denies, a filing after the publication or grant."""
    if kind_by_number and facts.get("kind") and facts["kind"] != kind_by_number:
        yield FieldError("/kind", "kind_contradicts_number", KIND_DIFFERS)
    filed = facts.get("filing_date")
    later = [facts[name] for name in ("publication_date", "grant_date") if facts.get(name)]
    if filed and any(filed > day for day in later):
        yield FieldError("/filing_date", "filing_date_after_publication", FILED_LATER)
