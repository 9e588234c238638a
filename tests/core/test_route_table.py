import re
from itertools import chain

from starlette.routing import Match

from backend.core.fast_path.route_table import RouteTable
from backend.domains import REGISTRY


async def _nothing(_scope, _receive, _send):
    raise AssertionError


def test_the_table_finds_the_route_that_the_framework_would_find():
    routes = list(chain.from_iterable(router.routes for router in REGISTRY.routers))
    table, in_table = RouteTable(_nothing, routes), 0
    for route in routes:
        path = re.sub(r"\{[^}]*\}", "some_id", route.path)
        for method in route.methods:
            scope = {"type": "http", "method": method, "path": path, "root_path": "", "path_params": {}}
            first, known = next((r, s) for r in routes for match, s in [r.matches(scope)] if match is Match.FULL)
            found = table.find(method, path)
            in_table += found is not None
            assert found is None or found == (first, known["path_params"]), (method, path)
    assert in_table > 0.9 * len(routes)
