"""What the pledge contract says: what the law lists, what it was told to secure, and no more."""

from typing import Any

import pytest

from backend.loan_terms.codes import LprTenor
from backend.patents.codes import PatentKind
from backend.pledges.codes import PledgeKind, PledgeSide, SecuredItem
from backend.pledges.drafting.contract_template import SECURED, DebtTerms, PledgedPatentTerms, PledgeTerms, clauses

DEBT = DebtTerms(
    debtor="某新能源有限公司",
    financing_offer_id="off_01h455vb4pex5vsknk084sn02q",
    amount_fen=300_000_000,
    term_months=12,
    lpr_tenor=LprTenor.ONE_YEAR,
    margin_bp=45,
    due_from="2026-09-01",
    due_until="2027-10-01",
)
PATENT = PledgedPatentTerms(
    patent_id="pat_01h455vb4pex5vsknk084sn02q",
    title="一种电池隔膜",
    kind=PatentKind.INVENTION,
    application_number="202010000001.3",
    grant_number=None,
    filing_date="2020-01-02",
    grant_date="2023-05-06",
    pledgors=["某大学"],
)


def text_of(**fields: Any) -> str:
    """Return the Chinese text of a contract, which prevails."""
    terms: dict[str, Any] = {
        "kind": PledgeKind.ORDINARY,
        "maximum_fen": None,
        "debt": DEBT,
        "secures": [SecuredItem.PRINCIPAL],
        "patents": [PATENT],
        "annuities_paid_by": PledgeSide.PLEDGOR,
        "special_terms": None,
    }
    found = clauses(PledgeTerms(**terms | fields), {})
    return "\n".join(one.zh for clause in found for one in (clause.heading, *clause.paragraphs))


def test_it_says_what_the_law_lists() -> None:
    text = text_of()
    debt, term = ("主债权为借款", "人民币 3,000,000.00 元"), "2026-09-01 至 2027-10-01"
    collateral, scope = (
        ("一种电池隔膜", "202010000001.3", "2020-01-02", "2023-05-06", "某大学"),
        "担保范围为：主债权本金",
    )
    assert [one for one in (*debt, "某新能源有限公司", term, *collateral, scope) if one not in text] == []


@pytest.mark.parametrize("named", SecuredItem)
def test_it_secures_what_it_names_and_nothing_else(named: SecuredItem) -> None:
    (line,) = [one for one in text_of(secures=[named]).splitlines() if one.startswith("担保范围为")]
    assert [item for item in SecuredItem if SECURED[item].zh in line] == [named]
    assert line.endswith("未列明的不在担保范围内。")


def test_it_names_the_most_that_a_pledge_for_a_maximum_amount_secures() -> None:
    maximum = text_of(kind=PledgeKind.MAXIMUM_AMOUNT, maximum_fen=450_000_000)
    assert "最高债权额人民币 4,500,000.00 元" in maximum
    assert "最高" not in text_of()


def test_no_clause_of_it_lets_the_patents_fall_to_the_pledgee() -> None:
    text = text_of()
    assert "归质权人所有" not in text
    assert "归债权人所有" not in text
    assert "超过债权数额的部分归出质人所有" in text


def test_what_the_sides_add_is_marked_as_not_checked() -> None:
    assert "其他约定（未经审查）\n另行约定甲" in text_of(special_terms="另行约定甲")
