"""A request whose JSON says each thing once, and whose form holds text that can be kept."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from backend.core.errors import FieldError, Malformed, Text
from backend.core.http.body_limits import BodyRefused
from backend.core.text_rules import seen, uncontrolled

MOST_TOLD: Final = 20
LARGE: Final = 32_768  # bytes
CONTROL: Final = Text("不允许控制字符。", "Control characters are not allowed.")
TWICE: Final = Text("同一对象中这个名称出现了多次。", "The object has this name more than once.")


class DuplicateKey(Malformed):
    """An object of the JSON has a name twice: readers would differ on which of the two values counts."""

    code = "duplicate_key"
    title = Text("JSON 对象中有重复的名称", "An object of the JSON has a name twice")
    cure = Text("请每个名称只写一次。", "Write each name once.")


class _Doubled(dict[str, Any]):
    """An object with names that came more than once."""

    names: tuple[str, ...] = ()


class _NameTwice(Exception):
    """An object has a name twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NameTwice
    return found


def _marked(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = _Doubled(pairs)
    found.names = tuple(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
    return found


def _doubled(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, _Doubled):
        for name in value.names:
            yield f"{pointer}/{_escaped(name)}"
    inner: Iterable[tuple[object, Any]] = ()
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
    for place, one in inner:
        yield from _doubled(one, f"{pointer}/{_escaped(str(place))}")


def _escaped(name: str) -> str:
    return name.encode("utf-8", "replace").decode().replace("~", "~0").replace("/", "~1")[:100]


DECODER: Final = json.JSONDecoder(object_pairs_hook=_once)
MARKING: Final = json.JSONDecoder(object_pairs_hook=_marked)


def unambiguous(text: str, pointer: str = "") -> Any:
    """Return the value that a JSON text has; raise DuplicateKey, or a ValueError where it is no JSON.

    `pointer` is where in the request the text stands.
    """
    try:
        return DECODER.decode(text)
    except _NameTwice:
        places = islice(_doubled(MARKING.decode(text), pointer), MOST_TOLD)
        raise DuplicateKey(errors=[FieldError(place, "duplicate_key", TWICE) for place in places]) from None


def _name(name: str) -> str:
    return f"/{_escaped(''.join(c if c.isprintable() else chr(0xFFFD) for c in name))}"


def clean_form(form: FormData) -> FormData:
    """Return the form with the names of its files as a person sees them; raise Malformed for control characters.

    Blanks and Unicode's forms are up to the field's own type, as they are in JSON.
    """
    wrong = []
    for name, value in form.multi_items():
        try:
            uncontrolled(name)
            if isinstance(value, str):
                uncontrolled(value)
        except ValueError:
            wrong.append(FieldError(_name(name), "control_character", CONTROL))
        if isinstance(value, UploadFile) and value.filename:
            value.filename = seen(value.filename)
    if wrong:
        raise Malformed(errors=wrong[:MOST_TOLD])
    return form


class CleanRequest(Request):
    """A request as every route of the platform gets it."""

    async def json(self) -> Any:
        """Return the body's value; raise BodyRefused where an object has a name twice."""
        if not hasattr(self, "_json"):
            body = await self.body()
            text = body.decode(json.detect_encoding(body), "surrogatepass")
            try:
                # A large one takes turns with everybody else's requests, for which a thread is enough.
                large = len(body) > LARGE
                self._json = await asyncio.to_thread(unambiguous, text) if large else unambiguous(text)
            except DuplicateKey as problem:
                raise BodyRefused(problem) from None
        return self._json

    async def _get_form(self, **limits: Any) -> FormData:
        if self._form is None:
            form = await super()._get_form(**limits)
            try:
                clean_form(form)
            except Malformed as problem:
                await form.close()
                self._form = FormData()
                raise BodyRefused(problem) from None
        return await super()._get_form(**limits)
