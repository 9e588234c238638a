"""What the reading of registers brings to the platform."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.core.domain import BurdenQuery, Domain
from backend.register_import import legal_event_import, patent_import


def _import_kinds(burdens: Sequence[BurdenQuery]) -> Mapping[str, Any]:
    return {**patent_import.import_kinds(burdens), **legal_event_import.IMPORT_KINDS}


DOMAIN: Final = Domain(name="register_import", import_kinds=_import_kinds)
