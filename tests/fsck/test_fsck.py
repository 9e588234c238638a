"""`patentmart fsck` finds nothing where nothing is wrong, finds each kind of damage, and repairs what is derived."""

import json
from typing import Any

import pytest

from tests import fresh_server
from tests.commands import patentmart
from tests.fsck.busy import Kept, checked, run_sql

MARKED_AS_ERASED = (
    "UPDATE need SET status = 'closed', closed_at = created_at, outcome = 'given_up', ask_on = NULL, public_at = NULL, "
    "erased_at = created_at WHERE id = SOME_NEED"
)
# what somebody breaks, in which check it shows, what is said of it; whether --repair puts it right
REPAIRED = [
    ("UPDATE party SET name_key = 'x' WHERE id = (SELECT min(id) FROM party)", "names of parties", "is folded as x"),
    ("UPDATE patent SET legal_status = 'expired' WHERE id = SHOWN", "status, term and annuities", "legal_status is"),
    ("UPDATE patent SET expiry_date = '2099-01-01' WHERE id = SHOWN", "status, term and annuities", "2099-01-01"),
    ("UPDATE patent SET next_check = NULL WHERE id = OLDEST", "status, term and annuities", "next_check is empty"),
    ("UPDATE patent SET annuity_due_on = NULL WHERE id = OLDEST", "status, term and annuities", "annuity_due_on"),
    ("UPDATE listing SET status = 'listed', suspended_by = NULL WHERE status = 'suspended'", "listings", "not stand"),
    ("UPDATE holding SET state = 'disputed' WHERE patent_id = SHOWN", "listings", "is disputed"),
    ("UPDATE patent SET private_to = facts_by WHERE id = SHOWN", "listings", "its author's alone"),
    ("UPDATE holding SET state = 'ended' WHERE patent_id = SHOWN", "listings", "no longer holds"),
    ("UPDATE organisation SET status = 'refused' WHERE kind = 'university'", "listings", "is not verified"),
    ("UPDATE import_file SET done = done + 1 WHERE id = SOME_IMPORT", "imports", "done is 42, not 41"),
    ("UPDATE import_file SET counts = '{}' WHERE id = SOME_IMPORT", "imports", "counts is {}"),
    ("UPDATE patent SET title = 'another' WHERE id = SHOWN", "the search index", "its document is not"),
    ("UPDATE patent SET first_claim = 'a claim' WHERE id = SHOWN", "the search index", "its document is not"),
    ("UPDATE listing SET status = 'delisted' WHERE patent_id = SHOWN", "the search index", "its document is not"),
    ("UPDATE need SET title = 'another' WHERE id = SOME_NEED", "the search index of needs", "its document is not"),
    ("UPDATE need SET ask_on = NULL WHERE id = SOME_NEED", "needs", "on no day"),
    ("UPDATE need SET status = 'draft', ask_on = NULL WHERE id = SOME_NEED", "needs", "public since a moment"),
    (MARKED_AS_ERASED, "needs", "some of what it said is kept"),
    ("UPDATE need SET confidential = FALSE WHERE id = SECRET_NEED", "needs", "organisations are named"),
]
REPORTED = [
    ("UPDATE holding SET organisation_id = 'org_none' WHERE id = (SELECT min(id) FROM holding)", "references",
     "holding.organisation_id names org_none"),
    ("UPDATE patent SET merged_into = 'pat_none' WHERE id = OLDEST", "references", "names pat_none"),
    ("UPDATE account_user SET erased_at = created_at WHERE id = (SELECT min(id) FROM account_user)",
     "erased accounts", "still bears a name"),
    ("UPDATE account_user SET erased_at = created_at WHERE id = (SELECT min(user_id) FROM member)",
     "erased accounts", "can still act"),
    ("DELETE FROM event WHERE id = SOME_EVENT", "the event stream", "the stream goes from 4 to 6"),
    ("INSERT INTO stream_cursor VALUES ('somebody', 1000000)", "the event stream", "somebody has followed"),
    ("UPDATE patent SET application_number = '201810000001.0' WHERE id = OLDEST", "patent numbers", "check digit"),
    ("UPDATE patent SET publication_number = 'CN 107123456A' WHERE id = OLDEST", "patent numbers", "normal form"),
    ("UPDATE patent SET grant_number = 'CN107123456A' WHERE id = OLDEST", "patent numbers", "publication_number"),
    ("UPDATE patent SET merged_into = MERGED WHERE id = OLDEST", "merged patents", "is itself merged"),
    ("UPDATE legal_event SET effective_on = '2001-01-01' WHERE id = SOME_FACT", "legal events", "its hash"),
    ("UPDATE listing SET price_fen = NULL, price_note = NULL WHERE patent_id = SHOWN", "listings", "the price"),
    ("UPDATE need SET outcome = 'contracted' WHERE id = SOME_NEED", "needs", "is not closed"),
    ("UPDATE need SET erased_at = created_at WHERE id = SOME_NEED", "needs", "erased and not closed"),
    ("UPDATE need SET public_at = NULL WHERE id = SOME_NEED", "needs", "since no moment"),
    ("DELETE FROM import_row WHERE import_id = SOME_IMPORT AND number = 3", "imports", "40 of 41 rows"),
]  # fmt: skip


def fsck(kept: Kept, *options: str) -> tuple[int, dict[str, Any]]:
    ran = patentmart(kept.environment, "fsck", "--json", *options)
    assert ran.exit_code in (0, 1), ran.stderr
    return ran.exit_code, json.loads(ran.stdout)


@pytest.mark.both_databases
async def test_after_a_busy_session_nothing_differs(kept: Kept) -> None:
    assert await checked(kept) == {}


@pytest.mark.parametrize(("damage", "check", "said"), REPAIRED)
async def test_what_is_derived_is_found_and_put_right(kept: Kept, damage: str, check: str, said: str) -> None:
    run_sql(kept, damage)
    found = (await checked(kept))[check]
    assert any(said in example for example in found.examples), found
    assert found.repaired == 0
    mended = await checked(kept, repair=True)
    assert mended[check].repaired == mended[check].differences == found.differences
    assert await checked(kept) == {}


@pytest.mark.both_databases
@pytest.mark.parametrize(("damage", "check", "said"), REPORTED)
async def test_what_is_not_derived_is_reported_and_left(kept: Kept, damage: str, check: str, said: str) -> None:
    run_sql(kept, damage)
    for repair in (False, True):
        found = (await checked(kept, repair=repair))[check]
        assert any(said in example for example in found.examples), found
        assert found.repaired < found.differences


@pytest.mark.both_databases
async def test_a_party_that_holds_a_patent_twice_is_reported(kept: Kept) -> None:
    columns = "patent_id, party_id, organisation_id, state, recorded_at, version"
    again = "INSERT INTO holding (id, COLUMNS) SELECT 'hld_again', COLUMNS FROM holding WHERE state <> 'ended' LIMIT 1"
    run_sql(kept, "DROP INDEX uq_holding_living", again.replace("COLUMNS", columns))
    assert "several living holdings" in (await checked(kept))["holdings"].examples[0]


@pytest.mark.both_databases
async def test_the_place_of_the_last_event_is_kept_in_the_head_of_the_stream(kept: Kept) -> None:
    if kept.settings.is_sqlite:
        run_sql(kept, "UPDATE event SET seq = NULL WHERE seq = 7")
        assert "an event has no place in the stream" in (await checked(kept))["the event stream"].examples
        return
    run_sql(kept, "UPDATE stream_head SET position = position - 2")
    assert (await checked(kept, repair=True))["the event stream"].repaired == 1
    assert await checked(kept) == {}


async def test_the_file_of_the_database_is_looked_at(kept: Kept) -> None:
    if not kept.settings.is_sqlite:
        pytest.skip("PostgreSQL looks after its files")
    told, untold = "name_key VARCHAR NOT NULL", "name_key VARCHAR"
    change = "UPDATE sqlite_schema SET sql = replace(sql, '{}', '{}') WHERE name = 'party'"
    run_sql(kept, "PRAGMA writable_schema = ON", change.format(told, untold))
    run_sql(kept, "UPDATE party SET name_key = NULL WHERE id = (SELECT min(id) FROM party)")
    run_sql(kept, "PRAGMA writable_schema = ON", change.format(untold, told))
    assert "NULL value in party.name_key" in (await checked(kept))["the database's file"].examples


@pytest.mark.both_databases
def test_the_command_ends_with_0_where_all_is_well_or_repaired_and_1_where_not(kept: Kept) -> None:
    run_sql(kept, REPAIRED[0][0])
    code, said = fsck(kept)
    assert code == 1
    assert not said["clean"]
    assert [line["check"] for line in said["checks"] if line["differences"]] == ["names of parties"]
    assert fsck(kept, "--repair")[0] == 0
    assert "Nothing differs." in patentmart(kept.environment, "fsck").stdout


async def test_a_running_server_checks_itself(kept: Kept) -> None:
    run_sql(kept, REPAIRED[2][0])
    with fresh_server.serving(kept.folder, kept.url):
        code, said = fsck(kept)
        assert code == 1, said
        assert fsck(kept, "--repair")[0] == 0
    assert await checked(kept) == {}
