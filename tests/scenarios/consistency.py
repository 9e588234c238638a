"""What the consistency checks of a domain find in the platform of a test."""

from fastapi import FastAPI

from backend.core.consistency import Check, Line, Site


async def find_differences(app: FastAPI, *checks: tuple[str, Check]) -> list[str]:
    """Return the differences that the checks give as examples; nothing is repaired."""
    site = Site(app.state.database, {}, app.state.blobs, repair=False, follows=True)
    found: list[str] = []
    for name, check in checks:
        line = Line(name)
        await check(site, line)
        found += line.examples
    return found
