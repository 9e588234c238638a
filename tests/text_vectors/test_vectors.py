"""Each text of a listed patent is looked at once, and a process compares by what is listed alone."""

from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.settings import Settings
from backend.text_vectors.consistency_checks import text_vectors as check
from backend.text_vectors.queries import VECTOR
from backend.text_vectors.retention import delete_unneeded
from search.semantic.quantised import size_of
from tests.scenarios.consistency import find_differences
from tests.scenarios.listings import draft_listing, list_patent
from tests.scenarios.members import Member
from tests.scenarios.patents import enter_patent, patch_patent
from tests.scenarios.requests import post
from tests.scenarios.text_vectors import kept_vectors, readiness, until_complete
from tests.scenarios.waiting import wait_until
from tests.small_embedder import DIMENSIONS, SmallEmbedder, vector

pytestmark = pytest.mark.both_databases

CHECK = ("vectors", check)


async def listed(client: httpx.AsyncClient, member: Member, title: str, **facts: str) -> tuple[str, str]:
    patent = await enter_patent(client, member, title=title, **facts)
    return patent["id"], (await list_patent(client, member, patent["id"]))["id"]


async def test_a_listed_patent_is_found_by_its_title_and_then_by_its_abstract(
    app: FastAPI, client: httpx.AsyncClient, university: Member, model: SmallEmbedder
) -> None:
    model.texts.clear()
    pump, _ = await listed(client, university, "一种离心水泵", abstract="叶轮由陶瓷制成，耐磨损。")
    valve, _ = await listed(client, university, "一种球形阀门", title_en="A ball valve")
    await until_complete(app, pump, valve)
    assert sorted(model.texts) == sorted(
        ["一种离心水泵", "一种球形阀门\nA ball valve", "一种离心水泵\n叶轮由陶瓷制成，耐磨损。"]
    )
    matrix = app.state.services["text_vectors"].matrix
    assert [key for key, _ in matrix.best(vector("叶轮由陶瓷制成"), 1, {pump, valve})] == [pump]
    assert [key for key, _ in matrix.best(vector("ball valve"), 1, {pump, valve})] == [valve]
    assert {len(row.vector) for row in await kept_vectors(app)} == {size_of(DIMENSIONS)}
    assert await find_differences(app, CHECK) == []
    ready = (await client.get("/readyz")).json()["checks"]
    assert {line["name"]: line["detail"] for line in ready}["text_vectors"] == await readiness(app)
    assert (await readiness(app)).endswith(" full")


async def test_a_changed_text_is_computed_again_and_nothing_else(
    app: FastAPI, client: httpx.AsyncClient, university: Member, model: SmallEmbedder
) -> None:
    changed, _ = await listed(client, university, "一种烘干机", abstract="以热泵供热。")
    other, _ = await listed(client, university, "一种粉碎机", abstract="以刀盘粉碎。")
    same, _ = await listed(client, university, "一种粉碎机", abstract="以刀盘粉碎。")
    await until_complete(app, changed, other, same)
    model.texts.clear()
    assert (await patch_patent(client, university, changed, abstract="以燃气供热。")).status_code == 200
    assert (await patch_patent(client, university, other, inventors=["王五"])).status_code == 200
    matrix = app.state.services["text_vectors"].matrix

    async def is_there() -> bool:
        return bool(matrix.best(vector("一种烘干机\n以燃气供热。"), 1)[0][1] > 0.99)

    await wait_until(is_there, "the new vector")
    await until_complete(app, changed, other, same)
    assert model.texts == ["一种烘干机\n以燃气供热。"], "its title has a vector, and others' texts are as they were"


async def test_what_is_not_listed_is_not_in_memory_and_its_text_is_never_given_to_the_model(
    app: FastAPI, client: httpx.AsyncClient, university: Member, model: SmallEmbedder
) -> None:
    secret = await enter_patent(client, university, title="一种尚未挂牌的陀螺仪")
    await draft_listing(client, university, secret["id"])
    seen, listing_id = await listed(client, university, "一种已挂牌的陀螺仪")
    await until_complete(app, seen)
    matrix = app.state.services["text_vectors"].matrix
    assert secret["id"] not in matrix
    assert "一种尚未挂牌的陀螺仪" not in model.texts
    await post(client, university, f"/v1/listings/{listing_id}/delisting")

    async def is_gone() -> bool:
        return seen not in matrix and seen not in {key for key, _ in matrix.best(vector("陀螺仪"), 1_000)}

    await wait_until(is_gone, "its end in memory")
    model.texts.clear()
    await list_patent(client, university, seen)
    await until_complete(app, seen)
    assert model.texts == [], "what is listed again has its vector still"


async def test_what_nobody_needs_is_deleted_after_some_days_and_what_is_needed_again_stays(
    app: FastAPI, client: httpx.AsyncClient, university: Member
) -> None:
    patent, listing_id = await listed(client, university, "一种风筝")
    again, again_id = await listed(client, university, "一种灯笼")
    await until_complete(app, patent, again)
    for one in (listing_id, again_id):
        await post(client, university, f"/v1/listings/{one}/delisting")
    database = app.state.database
    before = len(await kept_vectors(app))
    now = database.clock.now()
    assert await delete_unneeded(database, now) == 0
    marked = [row for row in await kept_vectors(app) if row.unneeded_since is not None]
    assert len(marked) >= 2
    await list_patent(client, university, again)
    days = database.settings.text_vectors_kept_days
    assert await delete_unneeded(database, now + timedelta(days=days - 1)) == 0
    gone = await delete_unneeded(database, now + timedelta(days=days + 1))
    assert gone >= 1
    left = await kept_vectors(app)
    assert len(left) == before - gone
    assert all(row.unneeded_since is None for row in left)
    assert await find_differences(app, CHECK) == []
    await until_complete(app, again)


async def test_a_damaged_vector_is_found(app: FastAPI, client: httpx.AsyncClient, university: Member) -> None:
    patent, _ = await listed(client, university, "一种雨伞")
    await until_complete(app, patent)
    database = app.state.database
    last = (await kept_vectors(app))[-1]
    for damaged in (last.vector[:-1], b"", bytes(4) + last.vector[4:]):
        async with database.write() as session:
            await session.execute(sa.update(VECTOR).where(VECTOR.c.number == last.number).values(vector=damaged))
        assert await find_differences(app, CHECK) == [f"vector {last.number}: it is damaged"]
    async with database.write() as session:
        await session.execute(sa.update(VECTOR).where(VECTOR.c.number == last.number).values(vector=last.vector))


def test_a_setting_that_names_no_function_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="patentmart_semantic_model"):
        type(settings)(patentmart_demo=True, patentmart_semantic_model="os.system")
