"""Filters, sorts, counts, marks, and what was too strict."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from backend.patent_search.index_fields import Facet, Filters, Sort
from search.engine import FacetValue, Query, SearchEngine
from tests.search.conftest import Find, Put, patent

_PATENTS = (
    patent(
        "a",
        "锂离子电池",
        holders=("示例理工大学", "示例能源公司"),
        holder_ids=("org_1", "pty_2"),
        applicants=("示例电池公司",),
        inventors=("王  伟", "张三"),
        region="CN-50",
        kind="invention",
        legal_status="in_force",
        ipc=("H01M10/0525", "H01M4/00"),
        technology_fields=(1,),
        clusters=("new_energy_vehicles",),
        deal_types=("open_licence", "assignment"),
        open_licence=True,
        grade="A",
        stage=6,
        price_fen=500,
        filing_date=date(2019, 7, 12),
        expiry_date=date(2039, 7, 12),
        listed_at=datetime(2025, 3, 1, tzinfo=UTC),
    ),
    patent(
        "b",
        "半导体激光器",
        holders=("示例師範大學",),
        holder_ids=("org_3",),
        inventors=("Li Lei",),
        region="CN-11",
        kind="utility_model",
        legal_status="in_grace",
        ipc=("H01S5/00",),
        technology_fields=(1, 9),
        deal_types=("ordinary_licence",),
        grade="B",
        stage=3,
        price_fen=9_000,
        filing_date=date(2015, 1, 1),
        expiry_date=date(2025, 1, 1),
        listed_at=datetime(2025, 2, 1, tzinfo=UTC),
    ),
    patent("c", "播种机", listed_at=datetime(2025, 1, 31, 16, tzinfo=UTC)),
)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"holder": ("示例理工大学",)}, "a"),
        ({"holder": ("示例师范大学",)}, "b"),
        ({"holder": ("org_1", "org_3")}, "ab"),
        ({"holder": ("示例理工",)}, ""),
        ({"applicant": ("示例電池公司", "示例公司")}, "a"),
        ({"inventor": ("王 伟", "ＬＩ Lei")}, "ab"),
        ({"inventor": ("Lei",)}, ""),
        ({"region": ("CN-50", "CN-11")}, "ab"),
        ({"kind": ("utility_model",)}, "b"),
        ({"legal_status": ("in_force",)}, "a"),
        ({"ipc": ("h",)}, "ab"),
        ({"ipc": ("H01",)}, "ab"),
        ({"ipc": ("H01M",)}, "a"),
        ({"ipc": ("h01m 10/0525",)}, "a"),
        ({"ipc": ("H01M10", "H01S")}, "ab"),
        ({"technology_field": (9,)}, "b"),
        ({"cluster": ("new_energy_vehicles",)}, "a"),
        ({"deal_type": ("assignment", "ordinary_licence")}, "ab"),
        ({"open_licence": True}, "a"),
        ({"open_licence": False}, "bc"),
        ({"grade": ("B",)}, "b"),
        ({"stage_min": 3}, "ab"),
        ({"stage_min": 4}, "a"),
        ({"stage_max": 5}, "b"),
        ({"price_max_fen": 500}, "a"),
        ({"price_max_fen": 499}, ""),
        ({"filed_from": date(2015, 1, 1)}, "ab"),
        ({"filed_from": date(2015, 1, 2)}, "a"),
        ({"filed_to": date(2015, 1, 1)}, "b"),
        ({"expires_after": date(2024, 12, 31)}, "ab"),
        ({"expires_after": date(2025, 1, 1)}, "a"),
        ({"listed_from": date(2025, 2, 1)}, "abc"),
        ({"listed_from": date(2025, 2, 2)}, "a"),
        ({"ipc": ("H",), "grade": ("A", "B"), "stage_min": 4, "price_max_fen": 1000}, "a"),
        ({"region": ("\ud800",)}, ""),
        ({"stage_max": -1}, ""),
        ({"stage_min": -1}, "ab"),
        ({"price_max_fen": -1}, ""),
        ({"price_max_fen": 10**18}, "ab"),
        ({"filed_to": date.min}, ""),
        ({"filed_from": date.min, "filed_to": date.max}, "ab"),
        ({"expires_after": date.max}, ""),
        ({"listed_from": date.min}, "abc"),
        ({"listed_from": date.max}, ""),
    ],
)
async def test_a_filter_keeps_what_satisfies_it(
    put: Put, engine: SearchEngine, filters: dict[str, Any], wanted: str
) -> None:
    await put(*_PATENTS)
    answer = await engine.search(Query(filters=Filters(**filters)))
    assert {hit.id for hit in answer.hits} == set(wanted)
    assert answer.total == len(wanted)


async def test_filters_narrow_words(put: Put, find: Find) -> None:
    await put(*_PATENTS)
    assert set(await find("电池 激光器 播种机", filters=Filters(kind=("invention", "utility_model")))) == {"a", "b"}


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        (None, "abc"), (Sort.RELEVANCE, "abc"), (Sort.LISTED_AT_DESC, "abc"), (Sort.LISTED_AT, "cba"),
        (Sort.FILING_DATE, "bac"), (Sort.FILING_DATE_DESC, "abc"), (Sort.PRICE_FEN, "abc"),
        (Sort.PRICE_FEN_DESC, "bac"),        (Sort.EXPIRY_DATE, "bac"), (Sort.EXPIRY_DATE_DESC, "abc"),
    ],
)  # fmt: skip
async def test_a_sort_puts_what_is_not_known_last(
    put: Put, engine: SearchEngine, sort: Sort | None, wanted: str
) -> None:
    await put(*_PATENTS)
    assert [hit.id for hit in (await engine.search(Query(sort=sort))).hits] == list(wanted)


async def test_equal_values_come_newest_listing_first_in_both_directions(put: Put, engine: SearchEngine) -> None:
    for number, minute in enumerate((3, 0, 4, 1, 2)):
        listed = datetime(2025, 1, 1, minute, tzinfo=UTC)
        await put(patent(f"p{minute}", price_fen=7, filing_date=date(2020, 1, 1), listed_at=listed, stage=number))
    for sort in (Sort.PRICE_FEN, Sort.PRICE_FEN_DESC, Sort.FILING_DATE, Sort.FILING_DATE_DESC, Sort.EXPIRY_DATE):
        answer = await engine.search(Query(sort=sort))
        assert [hit.id for hit in answer.hits] == ["p4", "p3", "p2", "p1", "p0"]


async def test_facets_count_what_is_found(put: Put, engine: SearchEngine) -> None:
    await put(*_PATENTS)
    counted = (await engine.search(Query(facets=tuple(Facet), filters=Filters(ipc=("H",))))).facets
    assert counted[Facet.HOLDER] == [FacetValue(name, 1) for name in ("示例師範大學", "示例理工大学", "示例能源公司")]
    assert counted[Facet.IPC_SECTION] == [FacetValue("H", 2)]
    assert counted[Facet.IPC_CLASS] == [FacetValue("H01", 2)]
    assert counted[Facet.IPC_SUBCLASS] == [FacetValue("H01M", 1), FacetValue("H01S", 1)]
    assert counted[Facet.TECHNOLOGY_FIELD] == [FacetValue("1", 2), FacetValue("9", 1)]
    assert counted[Facet.OPEN_LICENCE] == [FacetValue("false", 1), FacetValue("true", 1)]
    assert counted[Facet.STAGE] == [FacetValue("3", 1), FacetValue("6", 1)]
    assert counted[Facet.CLUSTER] == [FacetValue("new_energy_vehicles", 1)]
    assert set(counted) == set(Facet)


async def test_counts_are_exact_however_many_states_the_index_went_through(put: Put, engine: SearchEngine) -> None:
    for number in range(12):
        await put(patent(f"p{number}", holders=(f"大学{number}", "示例大学")), patent("again", holders=("示例大学",)))
    counted = (await engine.search(Query(facets=(Facet.HOLDER,)))).facets[Facet.HOLDER]
    assert counted[0] == FacetValue("示例大学", 13)
    assert len(counted) == 13


async def test_a_holder_is_found_by_the_middle_of_its_name(put: Put, engine: SearchEngine) -> None:
    await put(*_PATENTS)
    assert await engine.facet_values(Facet.HOLDER, "理工", Query(), 10) == [FacetValue("示例理工大学", 1)]
    assert await engine.facet_values(Facet.HOLDER, "师范", Query(), 10) == [FacetValue("示例師範大學", 1)]
    assert len(await engine.facet_values(Facet.HOLDER, "示例", Query(), 2)) == 2
    assert await engine.facet_values(Facet.HOLDER, "示例", Query(filters=Filters(grade=("B",))), 9) == [
        FacetValue("示例師範大學", 1)
    ]
    assert len(await engine.facet_values(Facet.HOLDER, "", Query(text="电池"), 10)) == 2


async def test_only_our_marks_are_html(put: Put, engine: SearchEngine) -> None:
    await put(
        patent("a", '<script>电池"&</script>\ue000', abstract="<mark>锂離子</mark>电池" * 60, inventors=("电池",))
    )
    [hit] = (await engine.search(Query(text="鋰离子 电池"))).hits
    assert hit.highlights["title"] == "&lt;script&gt;<mark>电池</mark>&quot;&amp;&lt;/script&gt; "
    assert hit.highlights["abstract"].startswith("&lt;mark&gt;<mark>锂離子</mark>&lt;/mark&gt;<mark>电池</mark>")
    assert len(hit.highlights["abstract"]) < 2_000
    assert hit.matched_on == ("title", "abstract", "inventors")


async def test_synonyms_and_typos_are_marked_where_they_stand(put: Put, engine: SearchEngine) -> None:
    await put(patent("a", "锂离子蓄电池", title_en="Photovoltaic panels; lithium-ion batteries"))
    [hit] = (await engine.search(Query(text="锂电池 photovoltiac"))).hits
    assert hit.highlights["title"] == "<mark>锂离子蓄电池</mark>"
    assert hit.highlights["title_en"] == "<mark>Photovoltaic</mark> panels; <mark>lithium-ion batteries</mark>"


async def test_a_long_text_is_excerpted_around_what_was_sought(put: Put, engine: SearchEngine) -> None:
    await put(patent("a", "装置", abstract="甲" * 900 + "气凝胶" + "乙" * 900))
    [hit] = (await engine.search(Query(text="气凝胶"))).hits
    assert "<mark>气凝胶</mark>" in hit.highlights["abstract"]
    assert hit.highlights["abstract"][0] == hit.highlights["abstract"][-1] == "…"
    assert len(hit.highlights["abstract"]) < 250


async def test_what_is_served_comes_back_untouched_and_marks_only_when_asked_for(
    put: Put, engine: SearchEngine
) -> None:
    await put(a="气凝胶")
    [hit] = (await engine.search(Query(text="气凝胶", highlight=False))).hits
    assert (hit.served, hit.highlights) == (b'{"id":"a"}', {})


async def test_nothing_found_names_what_was_too_strict(put: Put, engine: SearchEngine) -> None:
    await put(*_PATENTS)
    asked = Query(text="电池", filters=Filters(kind=("design",), ipc=("H",)))
    strictest = (await engine.search(asked)).understood.strictest
    assert strictest
    assert (strictest.what, strictest.value, strictest.total_without) == ("kind", "design", 1)
    strictest = (await engine.search(Query(text="螺旋桨", filters=Filters(ipc=("H",))))).understood.strictest
    assert strictest
    assert (strictest.what, strictest.value, strictest.total_without) == ("word", "螺旋桨", 2)
    strictest = (await engine.search(Query(text='"离子锂" 电池'))).understood.strictest
    assert strictest
    assert (strictest.what, strictest.value, strictest.total_without) == ("phrase", "离子锂", 1)
