"""`patentmart fsck` compares the files and the index with the database."""

import asyncio
import dataclasses
import io
import os
import shutil
import time
from datetime import UTC, datetime, timedelta

import pytest

from backend.core.events import stream
from backend.core.search_indexing.document_dispatch import all_documents
from backend.core.storage.blobs import DRAFT
from backend.patent_search.documents import PatentDocument
from backend.patent_search.search_index import INDEX as PATENTS_INDEX
from search.documents import Removed
from tests.fsck.busy import Kept, checked, opened, run_sql

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

INDEX = "the search index"


def age(kept: Kept, name: str, days: int) -> None:
    """Have the file look as if it was put so many days ago."""
    if kept.settings.is_sqlite:
        moment = time.time() - days * 86_400
        os.utime(kept.folder / "blobs" / name.removeprefix(DRAFT)[:2] / name, (moment, moment))
    else:
        older = "UPDATE blob_chunk SET put_at = put_at - INTERVAL 'DAYS days' WHERE digest = 'NAME'"
        run_sql(kept, older.replace("DAYS", str(days)).replace("NAME", name))


async def put(kept: Kept, content: bytes) -> str:
    async with opened(kept) as site:
        return (await asyncio.to_thread(site.blobs.put, io.BytesIO(content))).digest


async def documents(kept: Kept) -> list[PatentDocument]:
    async with opened(kept) as site:
        return [document async for batch in all_documents(PATENTS_INDEX, site.database) for document in batch]


async def test_a_file_that_no_import_names_is_removed_after_a_day(kept: Kept) -> None:
    digest = await put(kept, b"nobody's")
    assert await checked(kept) == {}
    age(kept, digest, 2)
    assert "is named by no import" in (await checked(kept))["forgotten files"].examples[0]
    assert (await checked(kept, repair=True))["forgotten files"].repaired == 1
    assert await checked(kept) == {}
    async with opened(kept) as site:
        assert digest not in [found.name for found in site.blobs.every()]


async def test_a_file_that_is_put_again_is_not_forgotten(kept: Kept) -> None:
    digest = await put(kept, b"nobody's yet")
    age(kept, digest, 2)
    assert await put(kept, b"nobody's yet") == digest
    assert await checked(kept, repair=True) == {}
    async with opened(kept) as site:
        assert site.blobs.remove(digest, datetime.now(UTC) - timedelta(hours=1)) is False
        assert b"".join(site.blobs.open(digest)) == b"nobody's yet"


async def test_what_an_interrupted_upload_left_is_removed(kept: Kept) -> None:
    if not kept.settings.is_sqlite:
        return  # there a transaction leaves nothing
    left = kept.folder / "blobs" / "ab" / f"{DRAFT}ab12.99"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    age(kept, left.name, 2)
    assert "was never finished" in (await checked(kept))["forgotten files"].examples[0]
    assert (await checked(kept, repair=True))["forgotten files"].repaired == 1
    assert not left.exists()


async def test_a_lost_or_damaged_file_is_reported(kept: Kept) -> None:
    (named,) = run_sql(kept, "SELECT min(digest) FROM import_file")
    digest = named[0]
    if kept.settings.is_sqlite:
        place = kept.folder / "blobs" / digest[:2] / digest
        place.write_bytes(b"other bytes")
    else:
        run_sql(kept, "UPDATE blob_chunk SET content = 'other bytes'")
    assert any(f"{digest} is damaged" in said for said in (await checked(kept))["imported files"].examples)
    if kept.settings.is_sqlite:
        place.unlink()
    else:
        run_sql(kept, "DELETE FROM blob_chunk")
    found = await checked(kept, repair=True)
    assert any(f"{digest} is not there" in said for said in found["imported files"].examples)


async def test_a_document_that_is_missing_other_or_too_many_is_put_right(kept: Kept) -> None:
    there = await documents(kept)
    other = dataclasses.replace(there[1], served=b"{}")
    stray = dataclasses.replace(there[2], id="pat_stray")
    async with opened(kept) as site:
        await site.engines["patents"].apply(
            [Removed(there[0].id), other, stray], await site.engines["patents"].position()
        )
    found = await checked(kept)
    assert {example[:4] for example in found[INDEX].examples} == {"pat_"}
    assert found[INDEX].differences == 3
    assert (await checked(kept, repair=True))[INDEX].repaired == 3
    assert await checked(kept) == {}


async def test_a_lost_index_is_filled_again(kept: Kept) -> None:
    shutil.rmtree(kept.folder / "index")
    assert (await checked(kept))[INDEX].examples == ["the index is missing, damaged or of an older form"]
    assert (await checked(kept, repair=True))[INDEX].repaired == 1
    assert await checked(kept) == {}


async def test_an_index_of_another_database_is_filled_again(kept: Kept) -> None:
    async with opened(kept) as site:
        await site.engines["patents"].apply([], await stream.head(site.database) + 100)
    assert "belongs to another database" in (await checked(kept))[INDEX].examples[0]
    assert (await checked(kept, repair=True))[INDEX].repaired == 1
    assert await checked(kept) == {}


async def test_a_file_of_evidence_is_never_forgotten_and_its_loss_is_found(kept: Kept) -> None:
    digests = [digest for (digest,) in run_sql(kept, "SELECT sha256 FROM file")]
    digest = digests[0]
    for each in digests:
        age(kept, each, 2)
    assert await checked(kept, repair=True) == {}, "it is not among the forgotten"
    place = kept.folder / "blobs" / digest[:2] / digest
    if kept.settings.is_sqlite:
        place.write_bytes(b"other bytes")
    else:
        run_sql(kept, "UPDATE blob_chunk SET content = 'other bytes'")
    damaged = (await checked(kept))["uploaded files"].examples
    assert any(f"{digest} is damaged" in example for example in damaged), damaged
    if kept.settings.is_sqlite:
        place.unlink()
    else:
        run_sql(kept, "DELETE FROM blob_chunk")
    lost = (await checked(kept, repair=True))["uploaded files"]
    assert any(f"{digest} is not there" in example for example in lost.examples), lost
    assert lost.repaired == 0
