"""`patentmart fsck` compares what the quotas count of what is kept with what is there."""

import pytest

from tests.fsck.busy import Kept, checked, run_sql

pytestmark = pytest.mark.both_databases

QUOTAS = "quotas of what is kept"
COUNTED = "INSERT INTO quota_use (subject, kind, since, used) VALUES ('org_gone', 'KIND', SINCE, 7)"


async def test_a_quota_that_counts_what_is_not_there_is_counted_anew(kept: Kept) -> None:
    assert await checked(kept) == {}
    since = "'1970-01-01 00:00:00.000000'" if kept.settings.is_sqlite else "TIMESTAMPTZ '1970-01-01 00:00:00+00'"
    for kind in ("files", "file_bytes", "claims"):
        run_sql(kept, COUNTED.replace("KIND", kind).replace("SINCE", since))
    found = (await checked(kept))[QUOTAS]
    assert (found.differences, found.examples[0]) == (2, "org_gone: files counts 7, there are 0")
    assert (await checked(kept, repair=True))[QUOTAS].repaired == 2
    assert await checked(kept) == {}
