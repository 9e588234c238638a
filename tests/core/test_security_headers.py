"""What a browser shows of ours loads nothing from elsewhere, is framed by nobody, and tells nobody where it was."""

import re
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.core.conftest import Another
from tests.one_server import running
from tests.scenarios.members import register_organisation

ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}
ALLOWED = re.compile(r"'none'|'self'|data:|'sha256-[A-Za-z0-9+/=]{44}'")
CLOSED = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]
CHROMIUM = shutil.which("chromium")


def guarded(answer: httpx.Response) -> dict[str, list[str]]:
    """Return the policy of an answer that has all the headers, each once."""
    for name, due in ALWAYS.items():
        assert answer.headers.get_list(name) == [due], (answer.url, name)
    assert "camera=()" in answer.headers["permissions-policy"]
    (said,) = answer.headers.get_list("content-security-policy")
    policy = {kind: sources for kind, *sources in (part.split() for part in said.split(";"))}
    for kind in ("default-src", "frame-ancestors", "base-uri", "form-action"):
        assert policy[kind] == ["'none'"]
    assert [source for sources in policy.values() for source in sources if not ALLOWED.fullmatch(source)] == []
    return policy


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/docs", 200), ("GET", "/docs/start.js", 200), ("GET", "/docs/nothing", 404), ("GET", "/problems", 200),
        ("GET", "/problems/stale", 200), ("GET", "/openapi.json", 200), ("GET", "/healthz", 200),
        ("GET", "/redoc", 404),
        ("GET", "/v1/organisations", 200), ("GET", "/v1/me", 401), ("GET", "/v1/nowhere", 404), ("HEAD", "/docs", 200),
        ("GET", "/v1/organisations?strange=1", 422), ("DELETE", "/healthz", 405), ("POST", "/v1/spare/crashes", 500),
        ("GET", "/v1/parties/%00", 422),
    ],
)  # fmt: skip
async def test_every_answer_is_guarded_whatever_it_is(
    spared: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await spared.request(method, path, json={"name": secrets.token_hex(8)} if method == "POST" else None)
    assert answer.status_code == status
    guarded(answer)
    assert "strict-transport-security" not in answer.headers


async def test_files_and_refusals_before_the_app_are_guarded_too(client: httpx.AsyncClient, another: Another) -> None:
    who = await register_organisation(client)
    kept = await client.post("/v1/files", headers=who.headers, files={"file": ("a.txt", b"a text, <b>bold</b>")})
    guarded(await client.get(f"/v1/files/{kept.json()['id']}/content", headers=who.headers))
    guarded(await client.get("/v1/patents.csv", headers=who.headers))
    slow = another(rate_address_per_minute=1, max_body_bytes=1_000)
    large = await slow.post("/v1/organisations", content=b"x" * 2_000)
    often = await slow.get("/docs")
    assert (large.status_code, often.status_code) == (413, 429)
    guarded(large)
    guarded(often)


async def test_who_reaches_us_by_https_stays_there(another: Another) -> None:
    answer = await another(patentmart_public_url="https://patents.example.com").get("/docs")
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


async def test_all_that_the_pages_need_comes_from_us(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    policy = guarded(page)
    named = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    ours = [place for place in named if not place.startswith("data:")]
    assert len(ours) == 3
    for place in ours:
        assert not re.match(r"(?i)[a-z]+:|//", place), place
        answer = await client.get(httpx.URL("/docs").join(place))
        assert answer.status_code == 200
        due, kind = ("style-src", "text/css") if place.endswith(".css") else ("script-src", "text/javascript")
        assert policy[due] == ["'self'"]
        assert answer.headers["content-type"].startswith(kind)
        if kind == "text/css":
            assert re.findall(r"url\((?!\s*[\"']?data:)[^)]+", answer.text) == []
            assert "@import" not in answer.text
    start = (await client.get("/docs/start.js")).text
    described = re.findall(r'url: "([^"]+)"', start)
    assert described == ["openapi.json"]
    assert (await client.get(httpx.URL("/docs").join(described[0]))).status_code == 200
    assert 'validatorUrl: "none"' in start
    assert re.search(r"<script(?![^>]* src=)|<style|\son\w+=", page.text) is None


async def test_a_page_says_what_it_says_in_the_style_that_its_policy_allows(client: httpx.AsyncClient) -> None:
    for path in ("/problems", "/problems/stale"):
        page = await client.get(path)
        assert guarded(page).keys() == {"default-src", "frame-ancestors", "base-uri", "form-action", "style-src"}
        assert "<script" not in page.text


@pytest.mark.skipif(CHROMIUM is None, reason="no browser here")
def test_the_pages_show_where_there_is_no_internet(tmp_path: Path) -> None:
    with running(tmp_path / "data", "") as served:
        command = [
            CHROMIUM or "", *CLOSED, "--disable-component-update", "--disable-sync", "--enable-logging=stderr",
            f"--user-data-dir={tmp_path / 'browser'}", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "--virtual-time-budget=15000", "--dump-dom", f"{served.base}/docs#/sign-in",
        ]  # fmt: skip
        shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert "/v1/\u200boauth/\u200btoken" in shown.stdout or "/v1/oauth/token" in shown.stdout
    assert shown.stdout.count("opblock-tag-section") > 15
    told = [line for line in shown.stderr.splitlines() if "CONSOLE" in line]
    assert [line for line in told if re.search("(?i)security policy|permissions-policy|refused|failed", line)] == []
