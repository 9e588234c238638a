import ast
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from backend.core.errors import Malformed
from backend.patents.codes import Finding, PatentKind
from backend.rights.codes import Act, LicenceType, Origin, RightKind, Sureness
from backend.rights.entries.checks import check_entry
from backend.rights.models import RightEntry
from backend.rights.permissions.requests import act_of
from backend.rights.permissions.rules import RULES
from backend.rights.queries import period_of
from backend.rights.schemas import RightIn
from backend.rights.scope_rules import Period
from tests.rights.law_table import TABLE
from tests.rights.ledgers import LONG_AGO, OURS, TODAY, ask, ledger, licence, open_licence, reasons
from tests.rights.scenes import SCENES

TESTS = Path(__file__).parents[1]
BARS = [
    "exclusive_or_sole_in_force",
    "suspended",
    "seized",
    "annuity_unpaid",
    "pledged_without_consent",
    "right_terminated",
    "wholly_invalidated",
    "evaluation_report_missing",
    "evaluation_report_negative",
    "other_obstacle",
]


def named_tests() -> set[str]:
    """The names of the tests of rights and of licensing."""
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted(TESTS.glob("*/test_*.py"))]
    return {n.name for t in trees for n in t.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_statement_is_held_by_rules_or_by_tests_or_is_not_here_with_the_reason() -> None:
    codes, named = {rule.code for rule in RULES}, named_tests()
    wrong = [
        held
        for held in TABLE
        if not set(held.rules) <= codes
        or not set(held.tests) <= named
        or sum(map(bool, (held.rules, held.tests, held.why_not))) != 1
    ]
    assert wrong == []


def test_every_rule_that_is_called_law_is_a_statement_of_the_table() -> None:
    in_the_table = {code for held in TABLE for code in held.rules}
    assert [rule.code for rule in RULES if rule.sure is Sureness.LAW and rule.code not in in_the_table] == []
    assert [rule.code for rule in RULES if rule.sure is not Sureness.LAW and rule.code in in_the_table] == []


def test_no_statement_stands_twice() -> None:
    said = [(held.section, held.statement) for held in TABLE]
    assert len(said) == len(set(said))


# what the table names and no other file of tests has


@pytest.mark.parametrize("kind", PatentKind)
def test_an_open_licence_may_be_declared_on_every_kind(kind: PatentKind) -> None:
    reported: dict[str, Any] = {"report": Finding.GRANTABLE, "report_on": LONG_AGO}
    assert reasons(ledger(kind=kind, **reported), ask(Act.DECLARE_OPEN_LICENCE)) == {}


def test_a_dispute_alone_is_no_bar_of_the_law_to_an_open_licence() -> None:
    told = ledger(open_licence(), disputed=OURS)
    assert reasons(told, ask(Act.KEEP_OPEN_LICENCE)) == {}
    assert "suspended" not in reasons(replace(told, entries=()), ask(Act.DECLARE_OPEN_LICENCE))


def test_a_pending_invalidation_is_no_bar_to_an_open_licence() -> None:
    told = ledger(invalidation_since=LONG_AGO)
    assert reasons(told, ask(Act.DECLARE_OPEN_LICENCE)) == {}
    assert reasons(replace(told, entries=(open_licence(),)), ask(Act.KEEP_OPEN_LICENCE)) == {}


@pytest.mark.parametrize("code", BARS)
def test_every_bar_to_declaring_bars_keeping(code: str) -> None:
    told, asked = SCENES[code].ledger, SCENES[code].ask
    if asked.act is not Act.DECLARE_OPEN_LICENCE:
        asked = ask(Act.DECLARE_OPEN_LICENCE)
    assert code in reasons(told, asked)
    standing = replace(told, entries=(*told.entries, open_licence()))
    assert code in reasons(standing, ask(Act.KEEP_OPEN_LICENCE))


@pytest.mark.parametrize("kind", LicenceType)
def test_licences_in_force_do_not_stand_against_an_assignment(kind: LicenceType) -> None:
    assert reasons(ledger(licence(kind)), ask(Act.ASSIGN)) == {}


def given(**said: Any) -> RightIn:
    plain = {"kind": "licence", "effective_on": TODAY, "source": "合同", "party_name": "重庆示例新材料有限公司"}
    return RightIn.model_validate(plain | said)


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        (None, Act.GRANT_ORDINARY),
        ("ordinary", Act.GRANT_ORDINARY),
        ("sole", Act.GRANT_SOLE),
        ("exclusive", Act.GRANT_EXCLUSIVE),
    ],
)
def test_a_licence_of_no_clear_type_is_an_ordinary_one(kind: str | None, act: Act) -> None:
    assert act_of(given(licence_type=kind)) is act


def test_a_sub_licence_granted_here_is_an_ordinary_one() -> None:
    under = {"licence": "rgt_01h455vb4pex5vsknk084sn02q", "origin": Origin.HERE}
    check_entry(given(**under), TODAY)
    for kind in ("exclusive", "sole"):
        with pytest.raises(Malformed) as refused:
            check_entry(given(**under, licence_type=kind), TODAY)
        assert [(error.pointer, error.code) for error in refused.value.errors] == [
            ("/licence_type", "sub_licence_is_ordinary")
        ]


def test_a_pledge_outlives_the_last_day_of_its_debt() -> None:
    facts = {"id": "rgt_1", "patent_id": "pat_1", "effective_on": LONG_AGO, "source": "登记", "recorded_by": "org_1"}
    known = datetime(2026, 1, 1, tzinfo=UTC)
    row = RightEntry(**facts, kind=RightKind.PLEDGE, starts_on=LONG_AGO, ends_on=date(2026, 1, 31), recorded_at=known)
    assert period_of(row) == Period(LONG_AGO, None)
    row.ended_on = date(2026, 3, 1)
    assert period_of(row) == Period(LONG_AGO, date(2026, 3, 1))
    row.kind = RightKind.SEIZURE  # which the court orders for a term, and nothing but its order prolongs (Regs 104)
    assert period_of(row) == Period(LONG_AGO, date(2026, 2, 1))
