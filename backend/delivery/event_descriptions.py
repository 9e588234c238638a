"""The kinds of events in the API's description, and in the document that tells of each: both from their classes."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Any, Final

from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate
from backend.delivery.event_selection import selectors

EventTypes = Mapping[str, type[EventPayload]]
SCHEMAS: Final = "#/components/schemas/"
EVENT_DATA: Final = "EventData"
SELECTOR: Final = "EventSelector"
WIDTH: Final = 118
DELIVERED: Final[dict[str, Any]] = {
    "2XX": {"description": "Taken. Any other answer is tried again for three days; 410 disables the webhook."}
}
HEADERS: Final[list[dict[str, Any]]] = [
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": meaning}
    for name, meaning in (
        ("webhook-id", "The delivery, the same in each attempt."),
        ("webhook-timestamp", "Seconds since 1970 of the attempt."),
        ("webhook-signature", "`v1,…`: HMAC-SHA256 of id, timestamp and body (Standard Webhooks)."),
    )
]
ABOUT: Final = """\
# Events

Made by `patentmart export-events` from the events' classes. The feed (`GET /v1/changes`), webhooks and the inbox
bring them to those whom `audience` names; `data` has the fields. The same stands in the OpenAPI document, under
`webhooks`.
What domains do in the transaction that appends an event stands in their `event_handlers.py`, in the order told here.
"""


def describe_events(document: dict[str, Any], events: EventTypes) -> None:
    """Add to an OpenAPI document what each kind of event says, and that webhooks and the feed ask for these alone."""
    schemas = document["components"]["schemas"]
    made = _schemas(events)
    if twice := [name for name in schemas.keys() & made.keys() if schemas[name] != made[name]]:
        raise ValueError(f"names of two schemas: {', '.join(sorted(twice))}")
    schemas.update(made)
    schemas[EVENT_DATA] = {
        "title": EVENT_DATA,
        "description": "What an event says, by its type.",
        "anyOf": [_ref(_name(kind)) for kind in events.values()],
    }
    schemas[SELECTOR] = {
        "title": SELECTOR,
        "description": "A type of event, or a thing: all types of its events.",
        "type": "string",
        "enum": selectors(events),
    }
    for name in ("ChangeOut", "MessageOut"):
        said = schemas[name]["properties"]["data"]
        schemas[name]["properties"]["data"] = {**_ref(EVENT_DATA), "description": said["description"]}
    schemas["NewWebhook"]["properties"]["types"]["items"] = _ref(SELECTOR)
    (types,) = [one for one in schemas["WebhookChange"]["properties"]["types"]["anyOf"] if one["type"] == "array"]
    types["items"] = _ref(SELECTOR)
    document["webhooks"] = {name: {"post": _webhook(kind)} for name, kind in sorted(events.items())}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": SCHEMAS + name}


def _schemas(events: EventTypes) -> dict[str, Any]:
    """Return the schemas of all kinds, with what they refer to."""
    found: dict[str, Any] = {}
    for kind in events.values():
        schema = kind.model_json_schema(mode="serialization", ref_template=SCHEMAS + "{model}")
        found.update(schema.pop("$defs", {}))
        public = kind.public_fields()
        schema["properties"] = {name: schema.get("properties", {})[name] for name in public}
        schema["required"] = list(public)  # a field that says nothing is null
        for one in schema["properties"].values():
            one.pop("default", None)
        found[_name(kind)] = {**schema, "title": _name(kind), "description": kind.description()}
    return found


def _name(kind: type[EventPayload]) -> str:
    return f"{kind.__name__}Data"


def _webhook(kind: type[EventPayload]) -> dict[str, Any]:
    change = {"properties": {"type": {"const": kind.type}, "data": _ref(_name(kind))}}
    sequence = {"type": "integer", "description": "Which event of its subject this is for the webhook: 1, 2, …"}
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": kind.type},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"allOf": [_ref("ChangeOut"), change, {"properties": {"sequence": sequence}}]},
        },
    }
    return {
        "operationId": "event_" + kind.type.replace(".", "_"),
        "tags": ["webhooks"],
        "summary": kind.description(),
        "description": f"Sent to: {kind.audience}.",
        "parameters": HEADERS,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": DELIVERED,
    }


def event_table(
    events: EventTypes, templates: Mapping[str, NotificationTemplate], handlers: Mapping[str, Sequence[str]]
) -> str:
    """Return the Markdown document that tells of every kind of event, by the things that they happen to.

    `handlers` are the domains that do something in the transaction of an event, in their order.
    """
    lines = [ABOUT]
    things = dict.fromkeys(name.partition(".")[0] for name in sorted(events))
    for thing in things:
        lines += [f"## {thing}", ""]
        for name in sorted(name for name in events if name.partition(".")[0] == thing):
            lines += [*_lines(events[name], templates.get(name), handlers.get(name, ())), ""]
    return "\n".join(lines).rstrip() + "\n"


def _told(template: NotificationTemplate) -> str:
    legal = ", has legal effect: an e-mail at once" if template.legal else ""
    return f"category `{template.category}`{legal}" + (", confidential" if template.confidential else "")


def _lines(kind: type[EventPayload], template: NotificationTemplate | None, handlers: Sequence[str]) -> Iterable[str]:
    fields = ", ".join(f"`{name}`" for name in kind.public_fields()) or "none"
    inbox = _told(template) if template else f"silent: {kind.unnotified}"
    yield f"### {kind.type}"
    yield ""
    yield from wrap(kind.description() + (" The subject is gone then." if kind.removes else ""), WIDTH)
    yield ""
    then = [f"in the same transaction: {', '.join(f'`{name}`' for name in handlers)}"] if handlers else []
    for item in (f"audience: {kind.audience}", f"data: {fields}", f"inbox: {inbox}", *then):
        yield from wrap(item, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
