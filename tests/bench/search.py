"""Search: the engine by itself and through the HTTP API in one run, at 27,500 and 200,000 patents."""

import asyncio
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from tests.bench import load, search_engine, search_order, server
from tests.one_server import free_port

SMALL: Final = 27_500
LARGE: Final = 200_000
CLIENTS: Final = 4
SECONDS: Final = 3.0
ROUNDS: Final = 3
FEW: Final = 0.01
_QUERIES: Final = json.loads(Path(__file__).with_name("queries.json").read_text(encoding="utf-8"))


def targets() -> dict[str, list[bytes]]:
    """Return the committed queries by class as HTTP requests, each class once as it is and once with five facets."""
    found = {}
    for name, queries in _QUERIES["classes"].items():
        found[name] = [_request(query, ()) for query in queries]
        found[f"{name}_facets"] = [_request(query, _QUERIES["facets"]) for query in queries]
    return found


def _request(query: dict[str, Any], facets: Any) -> bytes:
    asked: list[tuple[str, Any]] = [("q", query["text"])] if "text" in query else []
    asked += [("sort", query["sort"])] if "sort" in query else []
    for name, values in query.get("filters", {}).items():
        asked += [(name, value) for value in (values if isinstance(values, list) else [values])]
    asked += [("facets", ",".join(facets))] if facets else []
    return load.request("GET", f"/v1/patents/search?{urlencode(asked)}")


async def _class(engine: Any, queries: list[Any], port: int, requests: list[bytes]) -> dict[str, float]:
    """The engine and the API in turn, so that a machine that slows down slows both."""
    own, through, p50 = [], [], []
    for _ in range(ROUNDS):
        server.pin(server.SERVER_CORE)  # the server idles meanwhile: both have the same core to themselves
        own.append(await search_engine.throughput(engine, queries, SECONDS))
        server.pin(server.LOAD_CORE)
        loaded = await load.run(port, CLIENTS, SECONDS, load.repeating(requests))
        if set(loaded.statuses) != {200}:
            raise RuntimeError(f"answers that are no answers: {loaded.statuses}")
        through.append(loaded.throughput)
        p50.append((await load.run(port, 1, 1.0, load.repeating(requests))).p50)
    found = {"engine": statistics.median(own), "api": statistics.median(through), "p50_api": statistics.median(p50)}
    return found | {"ratio": statistics.median(a / e for a, e in zip(through, own, strict=True))}


async def _measure(folder: Path) -> dict[str, float]:
    port = free_port()
    served, apart = folder / "served", folder / "apart"
    served.mkdir()
    await (await search_engine.built(served / "index", SMALL)).close()
    engine = await search_engine.built(apart, SMALL)
    figures: dict[str, float] = {}
    with server.running(server.patentmart(port), server.settings_of(served), port, folder) as process:
        asked = targets()
        for name, queries in search_engine.classes().items():
            for figure, value in (await _class(engine, queries, port, asked[name])).items():
                figures[f"{figure}_{name}"] = value
        figures["server_mb"] = server.resident(process) / 1e6
    names = list(asked)
    whole = {who: sum(1 / figures[f"{who}_{name}"] for name in names) for who in ("engine", "api")}
    figures["throughput_ratio"] = whole["engine"] / whole["api"]
    figures["throughput_ratio_worst"] = min(figures[f"ratio_{name}"] for name in names)
    figures["p50_ms_api"] = statistics.median(figures[f"p50_api_{name}"] for name in names)
    server.pin(server.SERVER_CORE)
    large = await search_engine.built(folder / "large", LARGE)
    figures |= _growth(await search_engine.figures(engine, large))
    figures |= await search_order.figures(engine, SMALL)
    await engine.close()
    await large.close()
    return figures


def _growth(found: dict[str, dict[str, float]]) -> dict[str, float]:
    figures = {f"growth_{name}": f["growth"] for name, f in found.items()}
    figures |= {f"hit_growth_{name}": f["hit_growth"] for name, f in found.items()}
    figures |= {f"hit_share_{name}": f["hit_share"] for name, f in found.items()}
    figures |= {f"p50_engine_{name}": f["p50_small"] for name, f in found.items()}
    figures["p50_ms_engine"] = statistics.median(f["p50_small"] for f in found.values())
    figures["p50_growth"] = max(f["growth"] for f in found.values() if f["hit_share"] <= FEW)
    others = [f["growth"] / f["hit_growth"] for f in found.values() if f["hit_share"] > FEW]
    figures["p50_growth_to_hits"] = max(others)
    return figures


def run() -> dict[str, float]:
    """Return the figures of the search bench."""
    with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
        return asyncio.run(_measure(Path(folder)))
