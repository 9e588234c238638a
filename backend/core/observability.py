"""What can be seen from outside: JSON logs with a request id, and metrics with bounded labels."""

import logging
import os
import sys
import time
from typing import Any, Final

import orjson
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

COUNTED_IN: Final = "PROMETHEUS_MULTIPROC_DIR"  # prometheus_client's own name: several processes count together there
LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}
SECRET: Final = ("password", "secret", "token", "authorization", "cookie", "email", "key")
BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def _hide(_logger: Any, _method: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    for name in said:
        if any(word in name.lower() for word in SECRET):
            said[name] = "hidden"
    return said


def _to_bytes(value: Any, **_: Any) -> bytes:
    return orjson.dumps(value, default=repr)


def set_up_logging(level: str) -> None:
    """Have everything logged as one JSON object a line on standard error, without secrets and personal data."""
    structlog.configure(
        cache_logger_on_first_use=True,
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            _hide,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_to_bytes),
        ],
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)


class AnswerLog:
    """Writes the line of each answered request, as the logger would, without its long way to it."""

    def __init__(self, level: str) -> None:
        self._writes = LEVELS[level] <= LEVELS["info"]

    def write(self, said: dict[str, Any]) -> None:
        """Write one line."""
        if self._writes:
            line = {**said, "event": "answered", "level": "info", "timestamp": _moment()}
            sys.stderr.buffer.write(orjson.dumps(line) + b"\n")
            sys.stderr.buffer.flush()


def _moment() -> str:
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1_000_000):06d}Z"


def _gauge(registry: CollectorRegistry, name: str, meaning: str) -> Gauge:
    return Gauge(name, meaning, registry=registry, multiprocess_mode="mostrecent")


class IndexGauges:
    """How far an index has come, and what it holds."""

    def __init__(self, registry: CollectorRegistry, suffix: str) -> None:
        prefix = f"patentmart_index{suffix}"
        self.position = _gauge(registry, f"{prefix}_position", "Place of the stream in the index.")
        self.documents = _gauge(registry, f"{prefix}_documents", "Documents in the search index.")
        self.aside = _gauge(registry, f"{prefix}_set_aside", "Documents that the index refuses to take.")


class Metrics:
    """The platform's own figures, in a registry of their own so that every app in a process has its own.

    Of several processes under one supervisor each tells the figures of all.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "patentmart_requests", "Answered requests.", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "patentmart_request_seconds", "Seconds to the answer.", ("route",), registry=self.registry, buckets=BUCKETS
        )
        self.problems = Counter("patentmart_problems", "Refusals by code.", ("code",), registry=self.registry)
        self.emails = Counter(
            "patentmart_emails", "E-mails that have ended, by how.", ("outcome",), registry=self.registry
        )
        self.emails_waiting = _gauge(self.registry, "patentmart_emails_waiting", "E-mails that are not sent yet.")
        self.events = _gauge(self.registry, "patentmart_stream_position", "Last place given in the stream.")
        self._indexes: dict[str, IndexGauges] = {}
        self.index("")
        self._children: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def index(self, suffix: str) -> "IndexGauges":
        """Return the figures of the index whose names end so."""
        if suffix not in self._indexes:
            self._indexes[suffix] = IndexGauges(self.registry, suffix)
        return self._indexes[suffix]

    def exposition(self) -> bytes:
        """Return them in Prometheus's text form."""
        if COUNTED_IN not in os.environ:
            return generate_latest(self.registry)
        pipeline = CollectorRegistry()
        MultiProcessCollector(pipeline)  # type: ignore[no-untyped-call]  # the library left it untyped
        return generate_latest(pipeline)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer; the labels are a route's template, a known method and a status."""
        pair = self._children.get((route, method, status))
        if pair is None:
            pair = (self.requests.labels(route, method, str(status)), self.seconds.labels(route))
            self._children[route, method, status] = pair
        pair[0].inc()
        pair[1].observe(seconds)
