"""The API's pages: Swagger UI as a package brings it, so that they show where there is no internet."""

from importlib.resources import files
from pathlib import Path
from typing import Final

import fastapi_offline
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from backend.core.errors import NotFound
from backend.core.http.routing import ReadingRoute
from backend.core.http.security_headers import policy

router = APIRouter(route_class=ReadingRoute, include_in_schema=False)

FOLDER: Final = Path(str(files(fastapi_offline))) / "static"
ASSETS: Final = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
START: Final = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  showCommonExtensions: true,
  validatorUrl: "none",
});
"""
PAGE: Final = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>patentmart</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</html>
"""
POLICY: Final = policy(
    script_src="'self'", style_src="'self'", img_src="'self' data:", font_src="'self'", connect_src="'self'"
)


@router.get("/docs")
async def docs_page(_request: Request) -> Response:
    """Show the API's operations, each of which can be tried there."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/docs/{asset}")
async def docs_asset(asset: str) -> Response:
    """Return a part of the page."""
    if asset == "start.js":
        return Response(START, media_type="text/javascript")
    if asset not in ASSETS:
        raise NotFound
    return FileResponse(FOLDER / asset, media_type=ASSETS[asset], headers={"Cache-Control": "public, max-age=86400"})
