"""`patentmart fsck` compares open licences, licences and payments with the ledger and with what is shown of them."""

import pytest

from tests.fsck.busy import Kept, checked, run_sql

OPEN, LICENCES, CLAIMS, PAID = "open licences", "licences taken", "claims of grants", "amounts paid"
MADE_UP = (
    "UPDATE standing_offer SET open_licence = '{}'"
    " WHERE patent_id = (SELECT patent_id FROM open_licence WHERE id = WITHDRAWN)"
)
UNCONFIRMED = "UPDATE notice SET licence_id = NULL, paid_fen = 0; UPDATE payment SET status = 'to_be_confirmed'"
REPAIRED = [
    ("DELETE FROM standing_offer", "is not shown beside"),
    ("UPDATE open_licence SET available = NOT available WHERE id = TAKEN", "is not shown as it stands"),
    (MADE_UP, "shows an open licence that it does not have"),
]
REPORTED = [
    ("UPDATE right_entry SET ended_on = '2026-06-01' WHERE id = RIGHT_TAKEN", OPEN, "has ended"),
    ("UPDATE right_entry SET ended_on = NULL WHERE id = RIGHT_OVER", OPEN, "stands on"),
    ("UPDATE open_licence SET right_id = 'rgt_none' WHERE id = TAKEN", OPEN, "rgt_none is not in the ledger"),
    ("UPDATE notice SET licence_id = NULL", LICENCES, "its licence None is not there"),
    ("UPDATE licence SET source_id = 'ntc_none'", LICENCES, "its notice ntc_none is not there"),
    ("UPDATE payment SET payable_id = 'ntc_none'", PAID, "what it is made for, ntc_none, is not there"),
    ("UPDATE right_entry SET ended_on = '2026-06-01' WHERE id = LICENSED", LICENCES, "has ended"),
    ("UPDATE licence SET status = 'void'", LICENCES, "stands on"),
    ("UPDATE right_entry SET granted_for = 'lic_none' WHERE id = LICENSED", LICENCES, "belongs to lic_none"),
    ("UPDATE notice SET paid_fen = paid_fen + 1", PAID, "paid_fen is 5000001, its payments are 5000000"),
    ("UPDATE payment SET amount_fen = 1", PAID, "its payments are 1"),
    ("UPDATE payment SET status = 'withdrawn'", PAID, "its payments are 0"),
    ("UPDATE notice SET status = 'payment_to_be_confirmed'", PAID, "no payment of it has to be confirmed"),
    ("UPDATE notice SET licence_id = NULL", PAID, "is paid, and has made no licence"),
    (UNCONFIRMED, PAID, "is effective, and a payment of it has to be confirmed"),
]
OF_CLAIMS = [
    ("DELETE FROM right_claim WHERE right_id = LICENSED", "nothing holds conflicting grants apart"),
    ("UPDATE right_entry SET ended_on = '2026-06-01' WHERE id = LICENSED", "though it holds nothing"),
    ("UPDATE right_entry SET corrected_at = recorded_at WHERE id = LICENSED", "though it holds nothing"),
]


@pytest.mark.both_databases
@pytest.mark.parametrize(("damage", "said"), REPAIRED)
async def test_what_is_shown_beside_a_patent_is_found_and_put_right(kept: Kept, damage: str, said: str) -> None:
    run_sql(kept, damage)
    found = (await checked(kept))[OPEN]
    assert any(said in example for example in found.examples), found
    mended = (await checked(kept, repair=True))[OPEN]
    assert mended.repaired == mended.differences == found.differences
    assert OPEN not in await checked(kept)


@pytest.mark.parametrize(("damage", "check", "said"), REPORTED)
async def test_what_is_not_as_the_ledger_has_it_is_reported(kept: Kept, damage: str, check: str, said: str) -> None:
    run_sql(kept, *damage.split("; "))
    found = (await checked(kept, repair=True))[check]
    assert any(said in example for example in found.examples), found
    assert found.repaired == 0


@pytest.mark.both_databases
@pytest.mark.parametrize(("damage", "said"), OF_CLAIMS)
async def test_on_postgresql_what_holds_grants_apart_is_compared(kept: Kept, damage: str, said: str) -> None:
    run_sql(kept, damage)
    found = (await checked(kept)).get(CLAIMS)
    if kept.settings.is_sqlite:
        assert found is None  # there one writer at a time is enough
    else:
        assert found is not None
        assert any(said in example for example in found.examples), found
