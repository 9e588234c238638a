"""What all domains keep about people, handed to the handlers that need it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Request

from backend.core.domain import Registry
from backend.core.personal_data import PersonalData


async def _sources(request: Request) -> Sequence[PersonalData]:
    registry: Registry = request.app.state.registry
    return registry.personal_data


Sources = Annotated[Sequence[PersonalData], Depends(_sources)]
