"""From a need in plain words to a licence: matches explained, an e-mail received, two sides who meet."""

import re
import sys
import tempfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
from common import newcomers, open_licences
from common.mail_server import MailServer, mail_server, text_of
from common.open_licences import Offer
from common.walking import (
    AUTHORITY,
    PLATFORM,
    Walk,
    WentWrong,
    application_number,
    expect,
    fresh_brand,
    fresh_serials,
    note,
    until,
    walked,
    yuan,
)

UNIVERSITY = "owner@yuzhou.example"
FEE_FEN = 3_000_000
FEE = {"form": "lump_sum", "lump_sum_fen": FEE_FEN, "payment_days": 30}
STARTING = 300.0  # seconds in which a server reads its listings, on a machine that has much else to do
MARK = re.compile(r"<mark>(.*?)</mark>")
LINK = re.compile(r"https?://\S+")


@dataclass
class Asker:
    """The company that needs something: who acts for it, and what it has published."""

    who: str
    place: str
    need: dict[str, Any]


def sends_email(walk: Walk, port: int) -> None:
    walk.say(f"A mail server of this road listens on port {port}; the platform hands its e-mails over to it.")

    def line() -> str:
        checks = walk.http.get("/readyz").json()["checks"]
        return next(f"{one['ok']}: {one['detail']}" for one in checks if one["name"] == "email")

    start = f"SMTP_HOST=127.0.0.1 SMTP_PORT={port} SMTP_TLS=none EMAIL_FROM=patentmart@example.com scripts/serve"
    if "not configured" in line():
        raise WentWrong(f"this server sends no e-mails; start it anew with them:\n  {start}")
    until(lambda: line().startswith("True"), f"GET /readyz finds the mail server; is the server started so?\n  {start}")
    note(f"GET /readyz → email: {line().partition(': ')[2]}")


def ask_without_account(walk: Walk) -> None:
    walk.say("Anybody asks with a paragraph, without an account: nothing of it is kept.")
    text = "我们的冲床振动大，邻居投诉，想找隔振降噪的办法。"

    def look() -> list[dict[str, Any]] | None:
        answer = walk.http.post("/v1/matches/preview", json={"text": text, "limit": 3})
        starting = answer.status_code == 503 and answer.json()["code"] == "matching_not_ready"
        expect(starting or answer.status_code == 200, f"POST /v1/matches/preview answered {answer.text}")
        found: list[dict[str, Any]] | None = None if starting else answer.json()["items"]
        return found

    note(f"a stranger: POST /v1/matches/preview “{text}”")
    for one in until(look, "a server that has just started has read all listings (GET /readyz, matching)", STARTING):
        note(f"  {one['score']:>6}  {one['listing']['title']}")


def received(post: MailServer, to: str, words: str) -> EmailMessage:
    """Wait for an e-mail with such words, print what a mail program shows of it first, and return it."""
    place = f"port {post.server_address[1]} (SMTP_PORT where scripts/serve was started)"
    found: EmailMessage = until(lambda: post.with_text(to, words), f"an e-mail to {to} with “{words}” came to {place}")
    note(f"{to} gets an e-mail: {found['Subject']}")
    note(f"  Message-ID {found['Message-ID']}, link {link_in(found)}")
    return found


def link_in(message: EmailMessage) -> str:
    found = LINK.search(text_of(message))
    expect(found is not None, f"a link should stand in the e-mail: {text_of(message)}")
    return found[0] if found else ""


def newcomer(walk: Walk, post: MailServer) -> tuple[str, str]:
    """Have a company register, confirm its address and be verified; return its owner's address and its path."""
    walk.say("A company registers. Its owner gets a link by e-mail, and confirms the address with his own sign-in.")
    who, place = newcomers.register(walk)
    link = httpx.URL(link_in(received(post, who, "confirm"))).path
    note(f"to look at it changes nothing: {walk.ask('GET', link).json()['next']}")
    walk.ask("POST", link, who, status=204)
    note(f"POST → confirmed at {walk.ask('GET', '/v1/me', who).json()['email_confirmed_at']}")
    newcomers.verify(walk, place)
    walk.say("It wants to be told of matches and introductions at once, not in the digest of the day, and in English.")
    settings = "/v1/me/notification-settings"
    seen = walk.ask("GET", settings, who).headers["ETag"]
    wanted = {"off": [], "email": {"matches": "at_once", "introductions": "at_once"}, "language": "en"}
    chosen = walk.shown("PUT", settings, who, json=wanted, headers={"If-Match": seen})
    note(f"e-mails to {chosen['address']['address']} ({chosen['address']['state']}): matches "
         f"{chosen['email']['matches']}, introductions {chosen['email']['introductions']}")  # fmt: skip
    return who, place


def offer_licence(walk: Walk, brand: str, brand_en: str) -> Offer:
    walk.say(f"A university offers a licence on a dust collector to everybody, for {yuan(FEE_FEN)}.")
    body = {"application_number": application_number(fresh_serials(1)[0]), "kind": "invention",
            "title": f"一种用于{brand}石破碎的干式除尘装置",
            "title_en": f"Dry dust collector for crushing {brand_en} stone",
            "abstract": f"{brand}石在锤式破碎机中产生的细粉由静电凝聚后收集，不用喷水，可装在现有破碎机的出料口。",
            "filing_date": "2021-03-15", "grant_date": "2023-06-20", "ipc": ["B03C3/017", "B02C23/08"],
            "legal_status": "in_force"}  # fmt: skip
    patent = walk.shown("POST", "/v1/patents", UNIVERSITY, status=201, json=body)
    open_licences.verify_holders(walk, patent)
    offer = open_licences.draft(walk, UNIVERSITY, patent, FEE, brand)
    open_licences.announce(walk, UNIVERSITY, offer)
    return offer


def publish_need(walk: Walk, who: str, place: str, brand: str) -> Asker:
    walk.say("The company writes down what it needs, in its own words: what it has is dust, and it names no patent.")
    body = {"title": f"破碎{brand}石时粉尘太大", "region": "500106",
            "problem": f"我们用锤式破碎机把{brand}石碎成骨料，出料口细粉飞扬，车间粉尘超标。"
                       "想找不用喷水也能把细粉收住的办法，最好能装在现有的破碎机上。",
            "tried": "试过喷淋，物料结块。", "deal_types": ["open_licence", "ordinary_licence"],
            "budget_max_fen": 2 * FEE_FEN, "budget_visibility": "secret"}  # fmt: skip
    need = walk.shown("POST", "/v1/needs", who, status=201, json=body)
    note(f"{need['status']}: nobody else sees it yet")
    need = walk.shown("POST", f"/v1/needs/{need['id']}/publication", who, json={})
    public = walk.shown("GET", f"/v1/needs/{need['id']}")
    note(f"{need['status']}; what everybody is shown of its budget: {public['budget_max_fen']}")
    expect(public["budget_max_fen"] is None, "a secret budget is shown to nobody else")
    return Asker(who, place, need)


def explain(walk: Walk, asker: Asker, offer: Offer) -> dict[str, Any]:
    """Print the matches of the need, and return the one that the university's patent is."""
    walk.say("Which listings meet it, and why: each score is a sum, and each addend shows what it stands on.")
    path = f"/v1/needs/{asker.need['id']}/matches"

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = walk.ask("GET", path, asker.who, params={"limit": 3}).json()
        return found if any(one["listing"]["id"] == offer.patent["id"] for one in found["items"]) else None

    found = until(look, "the patent is among the first matches")
    note(f"{asker.who}: GET {path} → {found['total']} matches")
    for one in found["items"]:
        note(f"  {one['score']:>6}  {one['listing']['title']}")
    match: dict[str, Any] = next(one for one in found["items"] if one["listing"]["id"] == offer.patent["id"])
    match = walk.shown("GET", f"/v1/matches/{match['id']}", asker.who)
    for part in match["parts"]:
        raised = ", ".join(f"{one['code']} {one['facts'] or ''} +{one['points']}" for one in part["raised_by"][:2])
        note(
            f"  {part['name']:<14} {part['points']:>6} of {part['most']}" + (f", raised by {raised}" if raised else "")
        )
    for name, text in match["highlights"].items():
        note(f"  words that met in {name}: {'、'.join(dict.fromkeys(MARK.findall(text)))}")
    total = round(sum(part["points"] for part in match["parts"]), 2)
    expect(total == match["score"], f"the parts should add up to the score: {total} and {match['score']}")
    return match


def hear(walk: Walk, post: MailServer, asker: Asker) -> None:
    walk.say("The company need not look: the need goes on looking by itself, and an e-mail tells what it found.")
    told = walk.inbox_message(asker.who, "need.listings_found", "need_id", asker.need["id"])
    message = received(post, asker.who, told)
    with tempfile.NamedTemporaryFile("w", prefix="matches-", suffix=".html", delete=False, encoding="utf-8") as file:
        file.write(text_of(message, "html"))
    note(f"  as a mail program shows it: {Path(file.name)}")
    note(f"  one click unsubscribes: {message['List-Unsubscribe']} ({message['List-Unsubscribe-Post']})")
    walk.inbox_message(UNIVERSITY, "listing.need_found", "need_id", asker.need["id"])


def meet(walk: Walk, post: MailServer, asker: Asker, match: dict[str, Any]) -> str:
    """Have the company ask, and the university accept; return the path of the introduction."""
    walk.say("It asks to be introduced; the university reads in its inbox that somebody does, and accepts.")
    body = {"message": "贵校的干式除尘装置与我们的需求相近，希望了解能否装在现有破碎机上。", "share": ["name", "email"]}
    asked = walk.shown("POST", f"/v1/matches/{match['id']}/introduction", asker.who, status=201, json=body)
    place = f"/v1/introductions/{asked['id']}"
    note(f"{asked['status']}; an answer is due on {asked['due_on']}; contact until then: {asked['answerer_contact']}")
    walk.inbox_message(UNIVERSITY, "introduction.asked", "introduction_id", asked["id"])
    seen = walk.shown("GET", place, UNIVERSITY)
    note(f"the university reads: {seen['message']}")
    accepted = walk.shown("POST", f"{place}/acceptance", UNIVERSITY, json={"share": ["name", "email"]})
    note(f"{accepted['status']}; it sees {accepted['requester_contact']}")
    walk.inbox_message(asker.who, "introduction.accepted", "introduction_id", asked["id"])
    received(post, asker.who, "You have a confidential message")
    contact = walk.ask("GET", place, asker.who).json()["answerer_contact"]
    note(f"the company sees {contact}")
    expect(contact["email"] == UNIVERSITY, f"what the university shares should be seen: {contact}")
    return place


def write(walk: Walk, asker: Asker, place: str) -> None:
    walk.say("They write to each other, with a file; nobody else reads it, the platform neither.")
    paper = walk.evidence(UNIVERSITY, "安装说明.pdf")
    sent = (
        (asker.who, {"text": "我们的破碎机出料口宽六百毫米，能装吗？"}),
        (UNIVERSITY, {"text": "可以，安装说明见附件；开放许可的条款已公告，可直接取得。", "files": [paper]}),
    )
    for who, body in sent:
        walk.shown("POST", f"{place}/messages", who, status=201, json=body)
    for message in reversed(walk.ask("GET", f"{place}/messages", asker.who).json()["items"]):
        note(f"  {message['text']} {[file['filename'] for file in message['files']] or ''}")
    content = walk.ask("GET", f"/v1/files/{paper}/content", asker.who).content
    expect(content.startswith(b"%PDF-"), "the company should get the file that was sent to it")
    refused = walk.ask("GET", f"{place}/messages", PLATFORM, status=403).json()
    note(f"the platform: {refused['code']}: {refused['detail']}")


def count(walk: Walk, asker: Asker, place: str, licence: dict[str, Any]) -> None:
    walk.say("The licence is counted as what came of the introduction; both sides see it.")
    for who in (asker.who, UNIVERSITY):
        walk.inbox_message(who, "introduction.contracted", "introduction_id", place.rpartition("/")[2])
        seen = walk.shown("GET", place, who)
        note(f"licence {seen['licence_id']}, in effect on {seen['contracted_on']}")
        expect(seen["licence_id"] == licence["id"], f"the licence should be counted: {seen}")
    walk.say("The company closes its need with that outcome, which it alone sees.")
    closed = walk.shown("POST", f"/v1/needs/{asker.need['id']}/closure", asker.who, json={"outcome": "contracted"})
    note(f"{closed['status']}: {closed['outcome']}")
    figures = walk.shown("GET", "/v1/statistics/matchmaking")
    total = figures["total"]
    counted = total["reason"] or f"{total['needs']}, {total['contracted_bp'] / 100} % of them with a licence"
    note(f"public figures count quarters that are over, until {figures['counted_until']}, from ten needs on: {counted}")


def walk_it(server: str, mail_port: int) -> None:
    with mail_server(mail_port) as post, httpx.Client(base_url=server, timeout=60) as http:
        walk, (brand, brand_en) = Walk(http), fresh_brand()
        sends_email(walk, mail_port)
        ask_without_account(walk)
        walk.say("A university, the authority and the platform sign in.")
        for who in (UNIVERSITY, AUTHORITY, PLATFORM):
            walk.sign_in(who)
        who, place = newcomer(walk, post)
        offer = offer_licence(walk, brand, brand_en)
        asker = publish_need(walk, who, place, brand)
        match = explain(walk, asker, offer)
        hear(walk, post, asker)
        introduction = meet(walk, post, asker, match)
        write(walk, asker, introduction)
        walk.say("The company takes the licence: it gives notice and pays, and nobody has to accept that.")
        licence = open_licences.take(walk, who, offer)
        count(walk, asker, introduction, licence)


if __name__ == "__main__":
    sys.exit(walked(walk_it, __doc__, mail_port=2525))
