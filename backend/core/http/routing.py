"""The route that every endpoint of the platform is: unknown parameters are refused, and no error escapes."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from backend.core.errors import FieldError, Malformed, Text
from backend.core.http import problems
from backend.core.http.request_cleaning import CONTROL, CleanRequest
from backend.core.text_rules import uncontrolled

READER: Final = "patentmart.reader"  # where a request keeps its session for reading
HEADERS_ALONE: Final = "patentmart.headers_alone"  # in the scope of what came as HEAD and is served as GET
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def _query_names(dependant: Dependant) -> Iterator[str]:
    for parameter in dependant.query_params:
        model = parameter.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from (f.alias or name for name, f in model.model_fields.items())
        else:
            yield parameter.alias
    for below in dependant.dependencies:
        yield from _query_names(below)


def _holds_text(text: str) -> bool:
    try:
        uncontrolled(text)
    except ValueError:
        return False
    return True


def _refused(request: Request, known: frozenset[str]) -> Malformed | None:
    if not _holds_text(request.scope["path"]):
        return Malformed(errors=[FieldError("path:", "control_character", CONTROL)])
    if not request.scope["query_string"]:
        return None
    given = request.query_params.multi_items()
    wrong = [name for name, value in given if not (_holds_text(name) and _holds_text(value))]
    if wrong:
        places = dict.fromkeys(f"query:/{name[:100]}" if _holds_text(name) else "query:" for name in wrong)
        return Malformed(errors=[FieldError(place, "control_character", CONTROL) for place in list(places)[:20]])
    strange = sorted({name for name in request.query_params if name not in known})
    if not strange:
        return None
    sentence = Text("没有此查询参数。", "There is no such query parameter.")
    return problems.UnknownParameter(
        errors=[FieldError(f"query:/{name[:100]}", "extra_forbidden", sentence) for name in strange[:20]]
    )


class ReadingRoute(APIRoute):
    """A route that refuses query parameters it does not know, and answers a problem whatever happens."""

    def get_route_handler(self) -> Handler:
        """Wrap the endpoint."""
        inner = self.make_handler()
        known = frozenset(_query_names(self.dependant))

        async def handle(received: Request) -> Response:
            request = CleanRequest(received.scope, received.receive)
            try:
                if problem := _refused(request, known):
                    return problems.respond(request, problem)
                return await inner(request)
            except Exception as error:  # noqa: BLE001 - whatever it was, it becomes one answer
                found = problems.as_problem(error)
                return problems.respond(request, found) if found else problems.unexpected(request, error)
            finally:
                if READER in request.scope:
                    await request.scope[READER].close()

        return handle

    def make_handler(self) -> Handler:
        """Return the endpoint's own handler; routes with more to do around it wrap it here."""
        return super().get_route_handler()
