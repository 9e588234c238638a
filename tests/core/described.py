"""The API's own description, made once for all tests that read it: making it takes most of a second."""

from functools import cache
from typing import Any

from fastapi import FastAPI

from backend.app import create_app
from backend.core.settings import read_settings


@cache
def described_app() -> FastAPI:
    """Return an app with every route, those of the demonstration too, that nobody serves."""
    return create_app(read_settings(patentmart_demo=True))


def document() -> dict[str, Any]:
    """Return its OpenAPI document, which is not to be changed."""
    return described_app().openapi()
