"""Is it alive, may it take work, what does it count; and the pages that explain each refusal."""

import contextlib
from collections.abc import Awaitable, Callable
from hmac import compare_digest
from html import escape
from typing import Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from prometheus_client import CONTENT_TYPE_LATEST

from backend.core.database.sessions import Database
from backend.core.errors import NotFound, NotSignedIn, Problem, Text, every_problem
from backend.core.events import stream
from backend.core.http.problems import language_of
from backend.core.http.responses import plain
from backend.core.http.routing import ReadingRoute
from backend.core.http.security_headers import policy, source_of
from backend.core.network.client_address import is_this_machine
from backend.core.search_indexing.lag import note_figures
from search.engine import SearchError

router = APIRouter(route_class=ReadingRoute, include_in_schema=False)
Check = Callable[[], Awaitable[str]]
STYLE: Final = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}code{background:#eee}"
)


POLICY: Final = policy(style_src=source_of(STYLE))
HANDED_ON: Final = frozenset({"x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"})


class MetricsClosed(NotSignedIn):
    """The figures are for whoever runs the platform: asked for with its token, or on its own machine without one."""

    code = "metrics_closed"
    title = Text("运行指标不公开", "The figures are not public")
    cure = Text(
        "请把 METRICS_TOKEN 放在 Authorization: Bearer 中发送；未设置时只能在本机读取。",
        "Send METRICS_TOKEN as Authorization: Bearer; where none is set, ask on the machine itself.",
    )


@router.get("/healthz")
async def alive() -> Response:
    """Answer as long as the process can answer."""
    return plain({"status": "alive"})


@router.get("/readyz")
async def ready(request: Request) -> Response:
    """Answer 200 when work can be taken, else 503; tell of each part, also of those that can be spared for a while."""
    lines: list[dict[str, Any]] = []
    for name, check in request.app.state.checks.items():
        try:
            lines.append({"name": name, "ok": True, "detail": await check()})
        except Exception as error:  # noqa: BLE001 - a part that fails in any way is a part that is not ready
            lines.append({"name": name, "ok": False, "detail": type(error).__name__})
    if request.app.state.stopping:
        lines.append({"name": "serving", "ok": False, "detail": "this process is about to stop"})
    good = all(line["ok"] for line in lines if line["name"] not in request.app.state.spared)
    answer = plain({"status": "ready" if good else "not_ready", "checks": lines})
    answer.status_code = 200 if good else 503
    return answer


def _may_read_metrics(request: Request) -> bool:
    """Whether the token came, or where none is set, whether the request was made on this machine and not handed on."""
    token = request.app.state.settings.metrics_token.get_secret_value()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token:
        return scheme.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode())
    handed_on = HANDED_ON.intersection(request.headers)
    return request.client is not None and not handed_on and is_this_machine(request.client.host)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Return the figures in Prometheus's text form."""
    if not _may_read_metrics(request):
        raise MetricsClosed
    state = request.app.state
    state.metrics.events.set(await stream.head(state.database))
    for measure in state.measures:
        await measure()
    for index in state.registry.search_indexes:
        if index.name in state.search:
            with contextlib.suppress(SearchError):  # the last figures stand
                await note_figures(state.metrics.index(index.suffix), state.search[index.name])
    return Response(state.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


async def check_database(database: Database) -> str:
    """Return the kind of database, once it has answered."""
    async with database.read() as session:
        await session.execute(sa.text("SELECT 1"))
    return "sqlite" if database.is_sqlite else "postgresql"


def _page(title: str, body: str, language: str) -> HTMLResponse:
    head = f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(title)}</title>'
    content = f"{head}<style>{STYLE}</style><h1>{escape(title)}</h1>{body}"
    return HTMLResponse(content, headers={"Vary": "Accept-Language", "Content-Security-Policy": POLICY})


@router.get("/problems")
async def problem_list(request: Request) -> Response:
    """List every refusal that the platform knows."""
    language = language_of(request)
    kinds = sorted({p.code: p for p in every_problem()}.items())
    lines = [
        f'<li><a href="/problems/{code}"><code>{code}</code></a> {p.status} {escape(p.title.say(language, {}))}</li>'
        for code, p in kinds
    ]
    return _page("问题代码" if language == "zh" else "Problem codes", f"<ul>{''.join(lines)}</ul>", language)


@router.get("/problems/{code}")
async def problem_page(request: Request, code: str) -> Response:
    """Explain one refusal: what it means, what lifts it, and the rule it stands on."""
    found: type[Problem] | None = next((p for p in every_problem() if p.code == code), None)
    if found is None:
        raise NotFound
    language = language_of(request)
    parts = [f"<p><code>{found.code}</code> · HTTP {found.status}</p>", f"<p>{escape(found.__doc__ or '')}</p>"]
    if found.cure:
        label = "如何解决" if language == "zh" else "What to do"
        parts.append(f"<h2>{label}</h2><p>{escape(found.cure.say(language, {}))}</p>")
    if found.rule:
        label = "依据" if language == "zh" else "Rule"
        parts.append(f"<h2>{label}</h2><p>{escape(found.rule)}</p>")
    return _page(found.title.say(language, {}), "".join(parts), language)
