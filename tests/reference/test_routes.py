async def everything(client, path, **query):
    items, cursor = [], None
    while True:
        params = query | ({"cursor": cursor} if cursor else {})
        answer = await client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


async def test_the_index_names_every_list_with_edition_and_source(client):
    found = {item["list"]: item for item in await everything(client, "/v1/reference", limit=5)}
    assert {"ipc", "technology-fields", "clusters", "regions", "deal-types", "decline-reasons"} <= set(found)
    assert all(item["edition"] and item["source"] and item["count"] for item in found.values())
    assert found["clusters"]["confirmed"] is False


async def test_a_stranger_reads_labels_in_the_language_asked_for(client):
    chinese = (await client.get("/v1/reference/deal-types")).json()
    english = (await client.get("/v1/reference/deal-types", headers={"Accept-Language": "en"})).json()
    assert chinese["items"][0] == {
        "code": "open_licence",
        "label": "开放许可",
        "label_zh": "开放许可",
        "label_en": "Open licence",
    }
    assert english["items"][0]["label"] == "Open licence"
    assert (chinese["title"], english["title"]) == ("交易方式", "Deal types")


async def test_a_long_list_pages_to_its_end_without_gap_or_double(client):
    codes = [item["code"] for item in await everything(client, "/v1/reference/ipc", limit=100)]
    assert len(codes) == len(set(codes)) == 797


async def test_classes_are_found_by_beginning_and_by_words_in_either_language(client):
    batteries = await everything(client, "/v1/reference/ipc", prefix="h01", q="电池")
    assert [item["code"] for item in batteries] == ["H01M"]
    english = await everything(client, "/v1/reference/ipc", prefix="H01", q="chemical batteries")
    assert [item["code"] for item in english] == ["H01M"]
    assert await everything(client, "/v1/reference/regions", q="nobody lives here") == []


async def test_what_a_list_knows_besides_its_labels_is_shown(client):
    clusters = {item["code"]: item for item in await everything(client, "/v1/reference/clusters")}
    assert clusters["advanced_materials"]["confirmed"] is True
    assert clusters["metaverse"]["confirmed"] is False
    assert clusters["light_alloys"]["tier"] == "hundred_billion"
    districts = {item["code"]: item for item in await everything(client, "/v1/reference/regions", prefix="5001")}
    assert districts["500106"]["parent"] == "500000"


async def test_an_unchanged_list_is_not_sent_again(client):
    first = await client.get("/v1/reference/stages")
    again = await client.get("/v1/reference/stages", headers={"If-None-Match": first.headers["ETag"]})
    other = await client.get(
        "/v1/reference/stages", headers={"If-None-Match": first.headers["ETag"], "Accept-Language": "en"}
    )
    assert (again.status_code, again.content, other.status_code) == (304, b"", 200)


async def test_an_unknown_list_a_foreign_cursor_and_a_misspelt_filter_are_refused(client):
    unknown = await client.get("/v1/reference/nothing")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_list")
    cursor = (await client.get("/v1/reference/ipc", params={"limit": 1})).json()["next_cursor"]
    foreign = await client.get("/v1/reference/regions", params={"cursor": cursor})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "invalid_cursor")
    assert (await client.get("/v1/reference/ipc", params={"prefx": "H"})).status_code == 422
    assert (await client.get("/v1/reference/ipc", params={"limit": 101})).status_code == 422
