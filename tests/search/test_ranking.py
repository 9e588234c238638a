"""Better hits come first, equals newest first, and pages fit together."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.patent_search.index_fields import PATENTS, Sort
from search.embedded.engine import EmbeddedEngine
from search.engine import Query, SearchEngine
from tests.bench.corpus import in_batches
from tests.search.conftest import Find, Put, patent

_START = datetime(2024, 1, 1, tzinfo=UTC)


async def test_title_over_claims_and_abstract_over_the_rest(put: Put, find: Find) -> None:
    filling = "本申请包括壳体、支柱和底座，结构简单，成本低廉。"
    await put(
        patent("rest", "壳体", summary="气凝胶。" * 9 + filling),
        patent("abstract", "支柱", abstract="气凝胶和底座。" + filling),
        patent("title", "一种用于高温管线保温层的耐压气凝胶毡"),
    )
    assert await find("气凝胶") == ["title", "abstract", "rest"]


async def test_all_words_over_some_of_them_however_often(put: Put, find: Find) -> None:
    await put(
        patent("often", "石墨烯石墨烯石墨烯", abstract="石墨烯，石墨烯，石墨烯。", keywords=("石墨烯",)),
        patent("all", "散热器", abstract="本装置由多层叠合而成，其中一层含有少量的石墨烯，另一层为铜箔，外罩为铝。"),
        *(patent(f"heat{number}", "散热片") for number in range(30)),
    )
    assert (await find("石墨烯 散热"))[0] == "all"


async def test_near_over_far(put: Put, find: Find) -> None:
    between = "壳体支柱底座盖板" * 5
    await put(
        patent("far", "装置", abstract=f"石墨烯{between}散热{between}"),
        patent("near", "装置", abstract=f"石墨烯散热{between}{between}"),
    )
    assert (await find("石墨烯 散热"))[0] == "near"


async def test_near_in_either_order_over_far(tmp_path: Path) -> None:
    between = "壳体支柱底座盖板" * 5
    engine = EmbeddedEngine(PATENTS, tmp_path / "index")
    back = patent("back", "装置", abstract=f"散热的石墨烯{between}{between}")
    await engine.apply([patent("far", "装置", abstract=f"石墨烯{between}散热{between}"), back], 1)
    assert [hit.id for hit in (await engine.search(Query(text="石墨烯 散热"))).hits] == ["back", "far"]
    await engine.close()


async def test_equals_come_newest_first_however_they_were_put(engine: SearchEngine) -> None:
    days = [5, 2, 9, 1, 7, 3, 8, 4, 6, 0]
    for day in days:
        await engine.apply([patent(f"day{day}", "气凝胶", listed_at=_START + timedelta(minutes=day))], day)
    wanted = [f"day{day}" for day in range(9, -1, -1)]
    assert [hit.id for hit in (await engine.search(Query(text="气凝胶"))).hits] == wanted
    await engine.rebuild(
        in_batches([patent(f"day{n}", "气凝胶", listed_at=_START + timedelta(minutes=n)) for n in days]), 9
    )
    assert [hit.id for hit in (await engine.search(Query(text="气凝胶"))).hits] == wanted


async def test_pages_of_equals_have_no_gap_and_no_repetition(engine: SearchEngine) -> None:
    patents = [patent(f"p{number:04}", "气凝胶", listed_at=_START + timedelta(minutes=number)) for number in range(900)]
    for start in range(0, 900, 90):
        await engine.apply(patents[start : start + 90], start)
    found = []
    for offset in range(0, 900, 70):
        found += [hit.id for hit in (await engine.search(Query(text="气凝胶", offset=offset, limit=70))).hits]
    assert found == [one.id for one in reversed(patents)]


async def test_paging_reaches_the_end_of_27500(engine: SearchEngine) -> None:
    words = ("气凝胶", "石墨烯", "播种机", "轴承")
    patents = (
        patent(
            f"p{number:05}", words[number % 4] + words[number % 3], listed_at=_START + timedelta(seconds=number // 3)
        )
        for number in range(27_500)
    )
    assert await engine.rebuild(in_batches(patents), 1) == 27_500
    for query in (Query(text="气凝胶 石墨烯 播种机 轴承"), Query(), Query(sort=Sort.PRICE_FEN)):
        found: list[str] = []
        for offset in range(0, 27_600, 2_500):
            page = Query(text=query.text, sort=query.sort, offset=offset, limit=2_500, highlight=False)
            answer = await engine.search(page)
            found += [hit.id for hit in answer.hits]
            assert answer.total == 27_500
        assert len(found) == len(set(found)) == 27_500


async def test_a_page_past_the_end_is_empty(put: Put, engine: SearchEngine) -> None:
    await put(a="气凝胶")
    for query in (Query(text="气凝胶", offset=10**12), Query(offset=1), Query(limit=0)):
        answer = await engine.search(query)
        assert (answer.hits, answer.total) == ((), 1)
