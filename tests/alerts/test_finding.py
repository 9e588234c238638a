"""What alerts find: each change that makes something match, once, as a search finds it then; and nothing else."""

from typing import Any

import httpx
import pytest

from tests.scenarios.alerts import caught_up, change_alert, changes, hits_of, make_alert, until_changes
from tests.scenarios.listings import draft_listing, list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.needs import change_need, draft_need, publish_need
from tests.scenarios.patents import enter_patent, patch_patent
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def listed(client: httpx.AsyncClient, holder: Member, **facts: Any) -> dict[str, Any]:
    """Return the listing of a fresh patent."""
    patent = await enter_patent(client, holder, **facts)
    return await list_patent(client, holder, patent["id"])


async def patch_listing(client: httpx.AsyncClient, holder: Member, listing: dict[str, Any], **terms: Any) -> None:
    """Change a listing's terms."""
    headers = holder.headers | {"If-Match": "*"}
    answer = await client.patch(f"/v1/listings/{listing['id']}", json=terms, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_a_saved_search_finds_what_is_newly_listed_and_fits(client: httpx.AsyncClient) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    before = await listed(client, holder, title="一种铌酸锂调制器")
    await caught_up(client, seeker)
    alert = await make_alert(client, seeker, search={"q": "铌酸锂 调制器", "ipc": ["G02F"]})
    assert (alert["kind"], alert["is_broad"]) == ("search", False)
    assert await hits_of(client, seeker, alert["id"]) == [], "what is listed already is nothing new"
    fits = await listed(client, holder, title="铌酸锂薄膜电光调制器", ipc=["G02F1/035"])
    await listed(client, holder, title="铌酸锂薄膜电光调制器的另一类", ipc=["H01M10/0525"])
    await listed(client, holder, title="一种餐具清洗机", ipc=["G02F1/035"])
    (hit,) = await until_changes(client, seeker, alert["id"], (fits["patent_id"], "listed"))
    assert hit["matched_on"] == ["title"]
    assert hit["thing"] == {"title": "铌酸锂薄膜电光调制器", "title_en": None, "listing_id": fits["id"]}
    await patch_listing(client, holder, before, price_note="可议")
    await caught_up(client, seeker)
    assert len(await hits_of(client, seeker, alert["id"])) == 1


async def test_what_comes_to_match_is_found_and_what_matched_before_is_not(client: httpx.AsyncClient) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    known = await listed(client, holder, title="磁悬浮轴承转子")
    other = await listed(client, holder, title="一种转子")
    await caught_up(client, seeker)
    alert = await make_alert(client, seeker, search={"q": '"磁悬浮轴承"'})
    changed = await patch_patent(client, holder, known["patent_id"], title="磁悬浮轴承转子及其应用")
    assert changed.status_code == 200, changed.text
    changed = await patch_patent(client, holder, other["patent_id"], title="一种磁悬浮轴承的转子")
    assert changed.status_code == 200, changed.text
    await until_changes(client, seeker, alert["id"], (other["patent_id"], "newly_matches"))
    await caught_up(client, seeker)
    assert len(await hits_of(client, seeker, alert["id"])) == 1


async def test_what_left_and_comes_again_is_found_again_and_a_lower_price_is_told(client: httpx.AsyncClient) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await listed(client, holder, title="一种钙钛矿叠层器件")
    await patch_listing(client, holder, listing, price_fen=900)
    await caught_up(client, seeker)
    alert = await make_alert(client, seeker, search={"q": "钙钛矿 叠层"})
    await patch_listing(client, holder, listing, price_fen=1_000)
    await caught_up(client, seeker)
    assert await hits_of(client, seeker, alert["id"]) == [], "a higher price is no news"
    await patch_listing(client, holder, listing, price_fen=800)
    fell = (listing["patent_id"], "price_fell")
    await until_changes(client, seeker, alert["id"], fell)
    await post(client, holder, f"/v1/listings/{listing['id']}/delisting", {"reason": "暂不许可"})
    again = await list_patent(client, holder, listing["patent_id"])
    assert again["id"] != listing["id"]
    await until_changes(client, seeker, alert["id"], fell, (listing["patent_id"], "listed"))


async def test_a_class_finds_what_is_listed_in_it(client: httpx.AsyncClient) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    narrow = await make_alert(client, seeker, classification={"ipc": "C12N15"})
    field = await make_alert(client, seeker, classification={"technology_field": 15})
    fits = await listed(client, holder, title="一种基因编辑载体", ipc=["C12N15/63"])
    near = await listed(client, holder, title="一种酶", ipc=["C12N9/22"])
    await until_changes(client, seeker, narrow["id"], (fits["patent_id"], "listed"))
    await until_changes(client, seeker, field["id"], (fits["patent_id"], "listed"), (near["patent_id"], "listed"))


async def test_a_watch_on_a_patent_tells_what_is_public_of_it_and_when_it_left(client: httpx.AsyncClient) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    listing = await listed(client, holder)
    alert = await make_alert(client, seeker, patent_id=listing["patent_id"])
    await patch_listing(client, holder, listing, price_fen=700)
    changed = (listing["patent_id"], "listing_changed")
    await until_changes(client, seeker, alert["id"], changed)
    await post(client, holder, f"/v1/listings/{listing['id']}/delisting", {"reason": "暂不许可"})
    gone = (listing["patent_id"], "delisted")
    found = await until_changes(client, seeker, alert["id"], changed, gone)
    assert [hit["thing"] for hit in found] == [None, None], "what it is called now is nobody's business any more"
    answer = await patch_patent(client, holder, listing["patent_id"], title="保密的新名称")
    assert answer.status_code == 200, answer.text
    await caught_up(client, seeker)
    assert changes(await hits_of(client, seeker, alert["id"])) == sorted([changed, gone])


async def test_a_watch_on_a_holder_tells_of_its_listings_alone(client: httpx.AsyncClient) -> None:
    holder, other = await register_organisation(client), await register_organisation(client)
    seeker = await register_organisation(client, "enterprise")
    alert = await make_alert(client, seeker, holder_id=holder.organisation_id)
    await listed(client, other)
    hidden = await enter_patent(client, holder)
    await draft_listing(client, holder, hidden["id"])
    shown = await listed(client, holder)
    due = (shown["patent_id"], "listed")
    await until_changes(client, seeker, alert["id"], due)
    await post(client, holder, f"/v1/listings/{shown['id']}/delisting", {"reason": "暂不许可"})
    await until_changes(client, seeker, alert["id"], due, (shown["patent_id"], "delisted"))


async def test_a_search_of_needs_finds_public_faces_alone(client: httpx.AsyncClient) -> None:
    asker, seeker = await register_organisation(client, "enterprise"), await register_organisation(client)
    alert = await make_alert(client, seeker, need_search={"q": "菱镁矿 浮选"})
    every = await make_alert(client, seeker, need_search={"organisation_id": [asker.organisation_id]})
    draft = await draft_need(client, asker, title="菱镁矿浮选药剂", problem="选择性差。")
    secret = await publish_need(
        client, asker, title="菱镁矿浮选尾水", problem="菱镁矿浮选的尾水回用。", confidential=True
    )
    await caught_up(client, seeker)
    assert await hits_of(client, seeker, alert["id"]) == []
    await post(client, asker, f"/v1/needs/{draft['id']}/publication")
    (hit,) = await until_changes(client, seeker, alert["id"], (draft["id"], "published"))
    assert hit["thing"]["title"] == "菱镁矿浮选药剂"
    await change_need(client, asker, secret, abstract="寻求尾水处理。")
    await caught_up(client, seeker)
    assert changes(await hits_of(client, seeker, every["id"])) == [(draft["id"], "published")]
    await change_need(client, asker, draft, confidential=True)
    (hit,) = await until_changes(client, seeker, alert["id"], (draft["id"], "published"))
    assert hit["thing"] is None


async def test_what_happens_during_a_pause_is_not_found_afterwards(client: httpx.AsyncClient) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    alert = await make_alert(client, seeker, search={"q": "超临界 二氧化碳 萃取"})
    paused = await change_alert(client, seeker, alert["id"], paused=True)
    assert paused["paused"] is True
    await listed(client, holder, title="超临界二氧化碳萃取装置")
    await caught_up(client, seeker)
    await change_alert(client, seeker, alert["id"], paused=False)
    await caught_up(client, seeker)
    later = await listed(client, holder, title="另一种超临界二氧化碳萃取装置")
    await until_changes(client, seeker, alert["id"], (later["patent_id"], "listed"))


async def test_a_broad_alert_hears_of_what_is_new_in_a_bounded_digest(client: httpx.AsyncClient) -> None:
    holder, seeker = await register_organisation(client), await register_organisation(client, "enterprise")
    for _ in range(13):
        last = await listed(client, holder, title="一种石墨烯涂层")
    await caught_up(client, seeker)
    alert = await make_alert(client, seeker, frequency="daily", search={"holder": [holder.organisation_id]})
    assert alert["is_broad"] is True
    await patch_listing(client, holder, last, price_fen=5)
    fresh = [await listed(client, holder, title="一种石墨烯涂层") for _ in range(7)]
    await caught_up(client, seeker)
    found = await hits_of(client, seeker, alert["id"])
    assert len(found) == 5, "more are counted only"
    assert {hit["subject"] for hit in found} <= {one["patent_id"] for one in fresh}
    assert {hit["change"] for hit in found} == {"listed"}
    assert (await get(client, seeker, f"/v1/alerts/{alert['id']}"))["next_notification_at"] is not None
