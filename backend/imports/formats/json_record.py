"""Patents in JSON: CNIPR's record with its legal events, or flat objects under field names or known headings.

One object, a list of them, or one on each line.
"""

import codecs
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, BinaryIO, Final

from backend.imports.formats.event_codes import chinese_announcement
from backend.imports.formats.headings import meaning
from backend.imports.formats.holder_headings import APPLICANTS, HOLDERS, PARTIES, names_holders, names_parties
from backend.imports.formats.record import NotWellFormed, Record, Unreadable, announce, day, joined

CHUNK: Final = 1 << 16
LONGEST_RECORD: Final = 4 << 20  # characters; as lists of nothing they take thirty times as many bytes
BEGINS: Final = re.compile(r'^\ufeff?\s*(?:\{\s*["}]|\[\s*[\[{\]])')
BETWEEN: Final = re.compile(r"[\s,\x1e\ufeff]*")
MARK: Final = "\ufeff"
CNIPR: Final[Mapping[str, str]] = {
    "title": "title", "abs": "abstract", "independentClaims": "first_claim", "cl": "first_claim", "ipc": "ipc",
    "pubNumber": "publication_number", "appNumber": "application_number", "appDate": "filing_date",
    "pubDate": "publication_date", "grantDate": "grant_date", "applicantName": "applicants", "patentee": "holders",
    "inventorName": "inventors", "inventroName": "inventors",
}  # fmt: skip
FIRST_COUNTS: Final = frozenset({"pubNumber", "appNumber"})  # the same number follows in other spellings
MARKS_OF_CNIPR: Final = frozenset({"pubNumber", "appNumber", "legalList"})
LONGEST_KEY: Final = 200
LIST_OF_EVENTS: Final = "legal_events"


class _Decoder:
    """Reads values, in place of one that says something twice what tells so."""

    def __init__(self) -> None:
        self._decoder = json.JSONDecoder(parse_float=str, parse_int=str, object_pairs_hook=self._object)
        self._twice: str | None = None

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self._twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        return found

    def first(self, text: str) -> tuple[Any, int]:
        """Return the value with which the text begins, and where it ends; raise ValueError where there is none."""
        self._twice = None
        value, end = self._decoder.raw_decode(text)
        return self._readable(value), end

    def _readable(self, value: Any) -> Any:
        return value if self._twice is None else Unreadable("name_twice", self._twice[:200])

    def only(self, text: str) -> Any:
        """Return the value that the text is; raise ValueError where it is none."""
        value, end = self.first(text)
        if text[end:].strip():
            raise ValueError("more than one value")
        return value


def looks_like_json(head: str) -> bool:
    """Whether a file that begins so is JSON: an object with names, or a list of objects or lists."""
    return BEGINS.match(head) is not None


def _text(value: Any) -> str:
    if isinstance(value, list):
        return joined([_text(one) for one in value])
    if isinstance(value, bool) or value is None or isinstance(value, dict):
        return ""
    return str(value).replace("\u00a0", " ").removesuffix("/n").strip()


def _has_objects(said: Any) -> bool:
    return bool(said) and (isinstance(said, dict) or (isinstance(said, list) and any(map(_has_objects, said))))


def _is_lost(field: str | None, said: Any, record: Record) -> bool:
    """Whether a party under a known key was not read: it is no text, or another key of the same field came first."""
    counts = field == HOLDERS or (field == APPLICANTS and HOLDERS not in record.cells)
    return counts and (_has_objects(said) or _text(said) not in ("", record.cells.get(field or "", "")))


def _unread_holder(value: Mapping[str, Any], record: Record, meant: Mapping[str, str | None]) -> Unreadable | None:
    """Give, of an object that names holders where they are not read, that it does so; None of any other."""
    names = names_holders if APPLICANTS in record.cells else names_parties
    for key, said in value.items():
        is_unknown = meant[key] is None and HOLDERS not in record.cells and said not in (None, "", [], {})
        if _is_lost(meant[key], said, record) or (is_unknown and names(key)):
            return Unreadable("holders_not_understood", key[:LONGEST_KEY])
    return None


def _cnipr(value: Mapping[str, Any]) -> Record:
    record = Record()
    for key, name in CNIPR.items():
        said = value.get(key)
        if key in FIRST_COUNTS and isinstance(said, list):
            said = said[0] if said else None
        text = _text(said)
        record.say(name, day(text) if name.endswith("_date") else text)
    listed = value.get("legalList")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            said = (_text(one.get(key)) for key in ("strLegalCode", "prsDate", "codeExpl"))
            if (event := chinese_announcement(*said)) is not None:
                announce(record, event)
    record.events.sort(key=lambda event: str(event.get("effective_on")))
    return record


def read_object(value: Any, fields: Collection[str]) -> Record | Unreadable:
    """Return what an object says of a patent; `fields` are those that its keys can mean."""
    if not isinstance(value, dict):
        return Unreadable("record_unreadable", json.dumps(value, ensure_ascii=False)[:200])
    if not MARKS_OF_CNIPR.isdisjoint(value):
        record, meant = _cnipr(value), {key: CNIPR.get(key) for key in value}
    else:
        meant = {key: meaning(key, fields) for key in value}
        record = _flat(value, meant)
    unread = _unread_holder(value, record, meant) if set(fields) >= PARTIES else None
    return record if unread is None else unread


def _flat(value: Mapping[str, Any], meant: Mapping[str, str | None]) -> Record:
    record = Record()
    for key, said in value.items():
        field = meant[key]
        if field == LIST_OF_EVENTS and isinstance(said, list):
            record.events = [dict(one) for one in said if isinstance(one, dict) and isinstance(one.get("event"), str)]
        elif field:
            record.say(field, _text(said))
    return record


class Text:
    """A file's text, held no further than it was asked for."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        file.seek(0)
        self._file = file
        self._json = _Decoder()
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._ended = False
        self.held = ""

    def more(self) -> bool:
        """Read as much again as is held; give False at the end. Raises NotWellFormed where a record does not end."""
        if self._ended:
            return False
        if len(self.held) >= LONGEST_RECORD:
            raise NotWellFormed("record too large")
        wanted = min(max(CHUNK, len(self.held)), LONGEST_RECORD)
        chunk = self._file.read(wanted)
        self._ended = len(chunk) < wanted
        try:
            self.held += self._decoder.decode(chunk, final=self._ended)
        except UnicodeDecodeError as error:
            raise NotWellFormed(str(error)) from None
        return True

    def skip(self) -> str:
        """Pass over blanks and commas; give the character that follows, or nothing at the end."""
        while True:
            found = BETWEEN.match(self.held)
            self.held = self.held[found.end() :] if found else self.held
            if self.held or not self.more():
                return self.held[:1]

    def value(self) -> Any:
        """Return the next value and pass over it; raise NotWellFormed where there is none."""
        while True:
            try:
                value, end = self._json.first(self.held)
            except RecursionError:
                raise NotWellFormed("nested too deeply") from None
            except ValueError as error:
                if not self.more():
                    raise NotWellFormed(str(error)) from None
            else:
                self.held = self.held[end:]
                return value

    def line(self) -> str:
        """Return the next line and pass over it; nothing at the end."""
        while (end := self.held.find("\n")) < 0 and self.more():
            pass
        end = len(self.held) if end < 0 else end + 1
        found, self.held = self.held[:end], self.held[end:]
        return found


def _is_one_a_line(text: Text) -> bool:
    """Whether each line is an object by itself: the first one is, or ends as one and the second begins as one."""
    first = text.line()
    rest_begins = text.skip()
    text.held = first + text.held
    if not rest_begins:
        return False
    return first.lstrip(MARK + " ").startswith("{") and first.rstrip().endswith("}") and rest_begins in ("{", "[")


def _of_lines(text: Text) -> Iterator[Any]:
    decoder = _Decoder()
    while line := text.line():
        bare = line.strip().removeprefix(MARK)
        if not bare:
            continue
        try:
            yield decoder.only(bare)
        except (ValueError, RecursionError):
            yield Unreadable("record_unreadable", bare[:200])


def values_of(file: BinaryIO, encoding: str) -> Iterator[Any]:
    """Yield the file's values one after another: the elements of a list, the lines, or the values as they follow.

    A line that cannot be read is Unreadable; elsewhere NotWellFormed is raised, as nobody knows where the next begins.
    """
    text = Text(file, encoding)
    if text.skip() == "[":
        text.held = text.held[1:]
        while (follows := text.skip()) != "]":
            if not follows:
                raise NotWellFormed("list without end")
            yield text.value()
    elif _is_one_a_line(text):
        yield from _of_lines(text)
    else:
        while text.skip():
            yield text.value()
