"""Which scope an API key needs for an address: bound to each endpoint, and shown in its description."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from backend.accounts.access import BOUND_SCOPES, READING, Access, optional_caller
from backend.core.domain import Registry
from backend.core.errors import FieldError, Malformed, Text

NEEDS: Final = "An API key needs the scope"
NO_SUCH: Final = Text("没有此权限范围；可用：{scopes}。", "There is no such scope; there are {scopes}.")
PEOPLE: Final = "An API key cannot do this: a person signs in."


def bind_scopes(registry: Registry) -> None:
    """Write the scopes of every endpoint into its route: where a key is asked for them, and where they are shown."""
    for router in registry.routers:
        family = registry.domain_of(router).scope
        for route in router.routes:
            if isinstance(route, APIRoute):
                _bind(route, family)


def check_scopes(asked: Sequence[str], registry: Registry) -> None:
    """Raise Malformed where one of the scopes is none."""
    wrong = [
        FieldError(f"/scopes/{place}", "no_such_scope", NO_SUCH, {"scopes": ", ".join(registry.scopes)})
        for place, scope in enumerate(asked)
        if scope not in registry.scopes
    ]
    if wrong:
        raise Malformed(errors=wrong)


def describe_scopes(document: dict[str, Any], registry: Registry) -> None:
    """Write into the API's description which scopes a key may be granted."""
    asked = document["components"]["schemas"]["NewKey"]["properties"]["scopes"]
    asked["items"] = {"type": "string", "enum": registry.scopes}
    asked["maxItems"] = len(registry.scopes)


def _bind(route: APIRoute, family: str) -> None:
    asked = list(_access_of(route.dependant))
    if not asked:
        return
    is_for_people = (route.openapi_extra or {}).get(BOUND_SCOPES) == [] or any(
        isinstance(one, Access) and one.people_only for one in asked
    )
    named = [scope for one in asked if isinstance(one, Access) for scope in one.scope or ()]
    scopes = [] if is_for_people else named or _scopes_of(family, route.methods or set())
    route.openapi_extra = {**(route.openapi_extra or {}), BOUND_SCOPES: scopes}
    said = PEOPLE if is_for_people else f"{NEEDS} {' or '.join(f'`{scope}`' for scope in scopes)}."
    if said not in route.description:  # a second app of the process finds its routes as the first one left them
        route.description = f"{route.description}\n\n{said}"


def _scopes_of(family: str, methods: set[str]) -> list[str]:
    """Return the scopes of which one is enough; whoever may send imports may also follow them."""
    if not methods <= READING:
        return [f"{family}:write"]
    return [f"{family}:read", *(["imports:write"] if family == "imports" else [])]


def _access_of(dependant: Dependant) -> Iterator[Any]:
    for below in dependant.dependencies:
        if isinstance(below.call, Access) or below.call is optional_caller:
            yield below.call
        yield from _access_of(below)
