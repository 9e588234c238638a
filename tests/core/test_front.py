import httpx


async def test_the_server_says_it_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "alive"}
    ready = await client.get("/readyz")
    assert ready.status_code == 200, ready.text
    assert all(line["ok"] for line in ready.json()["checks"])


async def test_an_unknown_address_is_a_problem_document_in_the_callers_language(client: httpx.AsyncClient) -> None:
    chinese = await client.get("/v1/nowhere")
    english = await client.get("/v1/nowhere", headers={"Accept-Language": "en"})
    assert chinese.status_code == english.status_code == 404
    assert chinese.headers["content-type"] == "application/problem+json"
    assert chinese.json()["title"] == "没有找到"
    assert english.json()["title"] == "Not found"
    page = await client.get(httpx.URL(english.json()["type"]).path)
    assert page.status_code == 200
    assert "not_found" in page.text
