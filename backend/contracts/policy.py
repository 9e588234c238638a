"""What an operator sets about contracts, handed to the services that need it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from backend.core.contract_template import ContractTemplate
from backend.core.settings import Settings

TemplateTable = Mapping[tuple[str, str], ContractTemplate]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPolicy:
    """How long a version can be signed and a preparation is good, whose roots count, and whether all is made up."""

    signing_days: int
    preparation_minutes: int
    trust_roots: Path | None
    is_demonstration: bool


def contract_policy(settings: Settings) -> ContractPolicy:
    """Return what the settings say about contracts."""
    return ContractPolicy(
        signing_days=settings.contract_signing_days,
        preparation_minutes=settings.signature_preparation_minutes,
        trust_roots=settings.signing_trust_roots,
        is_demonstration=settings.patentmart_demo,
    )


async def _policy(request: Request) -> ContractPolicy:
    return contract_policy(request.app.state.settings)


async def _templates(request: Request) -> TemplateTable:
    table: TemplateTable = request.app.state.registry.contract_templates
    return table


Policy = Annotated[ContractPolicy, Depends(_policy)]
Templates = Annotated[TemplateTable, Depends(_templates)]
