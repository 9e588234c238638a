"""Who gets what class of answer of the figures of financing."""

from tests.scenarios.world import OTHER_KINDS
from tests.who_may import ALL, PUBLIC, REFUSED, PermissionRequest, Who

STATISTICS = "GET /v1/statistics/financing"
BANKS, NOT_BANKS = ("bank",), tuple(kind for kind in OTHER_KINDS if kind != "bank")
OF_BANK = [
    PermissionRequest(Who(401, ALL, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED), kinds=BANKS),
    PermissionRequest(Who(401, REFUSED, REFUSED, REFUSED, REFUSED), kinds=NOT_BANKS),
]

OF_PLATFORM = [PermissionRequest(Who(401, REFUSED, REFUSED, ALL, REFUSED))]

FIGURES = {
    "GET /v1/statistics/unanswered-searches": OF_PLATFORM,
    "GET /v1/statistics/unanswered-searches.csv": OF_PLATFORM,
    STATISTICS: [
        PermissionRequest(PUBLIC, query="year=2020&by=region"),
        PermissionRequest(Who(403, REFUSED, ALL, ALL, REFUSED), query="by=bank"),
    ],
    f"{STATISTICS}/report": [PermissionRequest(PUBLIC)],
    f"{STATISTICS}/report.csv": [PermissionRequest(PUBLIC)],
    f"{STATISTICS}/report.svg": [PermissionRequest(PUBLIC)],
    f"{STATISTICS}/exposure": OF_BANK,
    f"{STATISTICS}/watch": OF_BANK,
}
