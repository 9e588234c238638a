"""The whole API against its own description: schemathesis makes requests that fit it and requests that do not.

Every check is enabled. Where a status or an operation departs from what a check expects, the reason stands beside it.
"""

import itertools
import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    GenerationConfig,
    OperationConfig,
    OperationsConfig,
    PhasesConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
    SimpleCheckConfig,
)
from schemathesis.config._auth import AuthConfig
from schemathesis.config._checks import MissingRequiredHeaderConfig, NegativeDataRejectionConfig
from schemathesis.engine import events, from_schema
from schemathesis.filters import FilterSet

from tests.fresh_server import fresh_server, sign_in
from tests.machine import postgres_url

pytestmark = pytest.mark.slow

SHORT, FULL = 2, 4  # examples of each operation, besides what the description's own values give; all with --both
USUAL = ["2xx", "3xx", "401", "403", "404", "409", "429"]
ACCEPTED = [
    *USUAL,
    "412",  # a made-up If-Match names a version that is not the present one
    "422",  # rules across fields that JSON Schema cannot say: check digits, codes of dated lists, bounds in order
    "428",  # If-Match is not `required` in the description, so that its absence is told by a status of its own
]
REJECTED = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428", "429"]
HEADER_MISSED = [
    "401",
    "403",
    "404",  # an address with a made-up id
    "422",
    "428",  # If-Match
]
KEYS = itertools.count()


@schemathesis.serializer("message/rfc822")
def as_written(_context: Any, value: Any) -> bytes:
    """Send a message as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def only(path: str, checks: ChecksConfig) -> OperationConfig:
    filters = FilterSet()
    filters.include(path=path)
    return OperationConfig(filter_set=filters, checks=checks)


OPERATIONS = OperationsConfig(
    operations=[
        # RFC 6749 answers 400 to a grant that lacks a parameter or is not good (which is needed depends on the grant),
        # and to a form with control characters, which JSON Schema cannot keep out of the names of further fields.
        *(
            only(
                path,
                ChecksConfig(
                    positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=[*ACCEPTED, "400"])
                ),
            )
            for path in ("/v1/oauth/token", "/v1/oauth/revocation")
        ),
        # `search` and `bulk` stand where other methods' addresses have an id, so those methods read them as one.
        *(
            only(
                path,
                ChecksConfig(
                    unsupported_method=SimpleCheckConfig(enabled=False),
                    allow_header_conformance=SimpleCheckConfig(enabled=False),
                ),
            )
            for path in ("/v1/patents/search", "/v1/needs/search", "/v1/listings/bulk", "/v1/matches/preview")
        ),
    ]
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on PostgreSQL, the stricter of the two with texts and types; the description is of both."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with fresh_server(tmp_path_factory.mktemp("served"), postgres_url(f"test_schemathesis_{worker}")) as address:
        yield address


@pytest.fixture(scope="module")
def examples(request: pytest.FixtureRequest) -> int:
    return FULL if request.config.getoption("--both") else SHORT


@pytest.fixture(scope="module")
def token(base: str) -> str:
    return sign_in(base)


def configuration(base: str, token: str | None, *, coverage: bool, examples: int) -> SchemathesisConfig:
    checks = ChecksConfig(
        positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=ACCEPTED),
        negative_data_rejection=NegativeDataRejectionConfig(expected_statuses=REJECTED),
        missing_required_header=MissingRequiredHeaderConfig(expected_statuses=HEADER_MISSED),
    )
    project = ProjectConfig(
        base_url=base,
        auth=AuthConfig(openapi={"bearer": {"bearer": token}} if token else None, auto_signup=False),
        checks=checks,
        operations=OPERATIONS,
        continue_on_failure=True,
        request_timeout=30,
        phases=PhasesConfig(coverage=CoveragePhaseConfig(enabled=coverage)),
        generation=GenerationConfig(max_examples=examples, deterministic=True, no_shrink=True, database="none"),
    )
    return SchemathesisConfig(seed=20190712, projects=ProjectsConfig(default=project))


@schemathesis.hook("before_call")
def with_a_key_of_its_own(_context: Any, case: Any, _kwargs: Any) -> None:
    """A key names one request; the same short key made up for two of them would rightly be refused."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,200}", key):
        case.headers["Idempotency-Key"] = f"{key}{next(KEYS)}"


def findings(base: str, token: str | None, *, coverage: bool, examples: int) -> list[str]:
    """Return what every check of every phase found, with the request that shows it."""
    config = configuration(base, token, coverage=coverage, examples=examples)
    schema = schemathesis.openapi.from_url(f"{base}/openapi.json", config=config)
    found: dict[tuple[str, str], str] = {}
    cases = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found["schemathesis itself", str(event)] = ""
        elif isinstance(event, events.ScenarioFinished | events.FuzzScenarioFinished):
            cases += len(event.recorder.cases)
            for node in itertools.chain.from_iterable(event.recorder.checks.values()):
                if node.failure_info is not None:
                    said = f"{node.failure_info.failure.message}\n{node.failure_info.code_sample}"
                    found.setdefault((event.recorder.label, node.name), said)
    assert cases > 300, "the API was not walked"
    return [f"{label}: {check}: {said}" for (label, check), said in found.items()]


@pytest.mark.timeout(600)
def test_no_request_of_an_owner_of_the_platform_breaks_the_description(base: str, token: str, examples: int) -> None:
    found = findings(base, token, coverage=True, examples=examples)
    assert found == [], "\n\n".join(found)


@pytest.mark.timeout(600)
def test_no_request_of_a_stranger_breaks_the_description(base: str, token: str, examples: int) -> None:
    del token  # signed in before a stranger's guesses slow every sign-in from this address
    found = findings(base, None, coverage=False, examples=examples)
    assert found == [], "\n\n".join(found)
