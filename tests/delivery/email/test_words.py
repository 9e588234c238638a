"""What e-mails say: every category has a name in both languages, and what has legal effect is known to have it."""

from types import SimpleNamespace
from typing import Any

import pytest

from backend.core.clock import Clock
from backend.delivery.email.codes import Frequency
from backend.delivery.email.messages.content import CATEGORIES, Event, of_events, one_line
from backend.delivery.email.messages.rendering import html_of, text_of
from backend.domains import REGISTRY
from backend.reference.lists import codes

LEGAL = (
    "licence.effective", "licence.terminated", "licence.recordal_due", "licence.contested", "licence.void",
    "notice.given", "notice.lapsed", "notice.payment_contested", "open_licence.suspended", "open_licence.duty_overdue",
    "consent.asked", "establishment.proposed",
)  # fmt: skip


def test_every_category_has_a_name() -> None:
    assert {told.category for told in REGISTRY.notifications.values()} <= set(codes(CATEGORIES))


@pytest.mark.parametrize("name", LEGAL)
def test_what_binds_or_begins_a_time_has_legal_effect(name: str) -> None:
    assert REGISTRY.notifications[name].legal


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(REGISTRY.notifications))
def test_every_event_can_be_told_by_itself_and_in_a_digest(name: str, language: str) -> None:
    row: Any = SimpleNamespace(type=name, data={}, at=Clock().now())
    template = REGISTRY.notifications[name]
    event = Event(row, template, {"title": "一种方法", "application_number": "CN1"})
    for frequency in (None, Frequency.DAILY, Frequency.WEEKLY):
        said = of_events(
            [event], language=language, name="王示例", organisation="示例大学", frequency=frequency, more=0,
            link="https://patentmart.example/inbox", unsubscribe=None,
        )  # fmt: skip
        for part in (text_of(said), html_of(said)):
            assert ("一种方法" in part) is not template.confidential
        assert 5 < len(said.subject) <= 90
        assert "\n" not in said.subject


def test_a_fact_becomes_one_line_without_a_link() -> None:
    assert one_line("a\r\nBcc: b\x00\u2028c\u202e https://evil.example") == "a Bcc: b c https:evil.example"
    assert len(one_line("x" * 1000, 90)) == 90
