"""From a university's file to a patent found by a stranger, and gone when its right has lapsed."""

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from common.walking import Walk, application_number, expect, fresh_brand, fresh_serials, note, until, walked

UNIVERSITY = "owner@yuzhou.example"
AUTHORITY = "owner@authority-city.example"
HEADINGS = ("申请号", "公开（公告）号", "专利名称", "英文名称", "专利类型", "申请日", "授权公告日", "IPC分类号", "摘要")


@dataclass
class Register:
    """The file that the university uploads: five patents under a made-up brand, so that each walk finds its own."""

    brand: str
    brand_en: str
    numbers: list[str]
    publication: str

    @property
    def wrong(self) -> str:
        """The fifth number with its last digit wrong."""
        return self.numbers[4][:-1] + ("0" if self.numbers[4][-1] != "0" else "1")

    def content(self) -> bytes:
        things = (
            ("石墨烯气凝胶隔热板", "graphene aerogel heat insulating board", "C01B32/182"),
            ("固态锂电池用陶瓷隔膜", "ceramic separator for solid-state lithium batteries", "H01M50/434"),
            ("机器人柔性关节", "flexible joint for robots", "B25J17/02"),
            ("柑橘采摘装置", "citrus picking device", "A01D46/30"),
            ("桥梁裂缝检测方法", "method for detecting cracks in bridges", "G01N21/88"),
        )
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(HEADINGS)
        for place, (zh, en, ipc) in enumerate(things):
            number = ["2.02E+12" if place == 3 else self.numbers[place], self.wrong][place == 4]
            table.writerow(
                [number, self.publication if place == 3 else "", f"一种{self.brand}{zh}", f"{self.brand_en} {en}",
                 "发明", "2021-03-15", "2023-06-20", ipc, f"本发明公开了{self.brand}{zh}。"]
            )  # fmt: skip
        return text.getvalue().encode("utf-8-sig")


def fresh_register() -> Register:
    brand, brand_en = fresh_brand()
    serials = fresh_serials(5)
    return Register(brand, brand_en, [application_number(serial) for serial in serials], f"CN18{serials[0]}B")


def uploaded(walk: Walk, content: bytes, mode: str) -> dict[str, Any]:
    """Send the file and return the import once it has ended."""
    answer = walk.ask(
        "POST", "/v1/imports", UNIVERSITY, status=202,
        files={"file": ("register.csv", content)}, data={"kind": "patents", "mode": mode},
    )  # fmt: skip
    address = answer.headers["Location"]

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = walk.ask("GET", address, UNIVERSITY).json()
        return found if found["status"] in ("checked", "done", "failed", "cancelled") else None

    found: dict[str, Any] = until(ended, "the import has ended")
    note(found["summary"])
    for error in found["errors"]:
        example = error["example"]
        note(f"row {example['row']}, column {example['column']}, {example['value']!r}: {error['title']}")
    return found


def subjects(walk: Walk, found: dict[str, Any]) -> Iterator[str]:
    items = walk.ask("GET", f"/v1/imports/{found['id']}/rows", UNIVERSITY, params={"limit": 100}).json()["items"]
    return (row["subject"] for row in items if row["subject"])


def upload(walk: Walk, register: Register) -> list[str]:
    """Check, apply, correct; return the ids of the five patents."""
    walk.say("The university uploads its register to be checked: nothing is changed yet.")
    checked = uploaded(walk, register.content(), "check")
    expect(checked["counts"]["created"] == 4, f"four rows should land: {checked['counts']}")
    expect(checked["counts"]["rejected"] == 1, f"one row should be rejected: {checked['counts']}")
    walk.ask("GET", f"/v1/patents/by-number/{register.numbers[0]}", UNIVERSITY, status=404)
    note("none of them is in the register yet")
    walk.say("It applies the same file: good rows land, each bad row is reported.")
    applied = uploaded(walk, register.content(), "apply")
    expect(applied["counts"] == checked["counts"], "applying should do what the check foretold")
    expect(applied["with_errors"] == 2, "the ruined number and the wrong check digit should be reported")
    walk.say("It takes rejected.csv, corrects the two numbers and sends it again.")
    answer = walk.ask("GET", f"/v1/imports/{applied['id']}/rejected.csv", UNIVERSITY)
    corrected = answer.text.replace("2.02E+12", register.numbers[3]).replace(register.wrong, register.numbers[4])
    again = uploaded(walk, corrected.encode(), "apply")
    expect(again["counts"]["updated"] == 1, f"the ruined row should be completed: {again['counts']}")
    expect(again["counts"]["created"] == 1, f"the rejected row should land: {again['counts']}")
    patents = list(dict.fromkeys([*subjects(walk, applied), *subjects(walk, again)]))
    expect(len(patents) == 5, f"there should be five patents: {patents}")
    return patents


def publish(walk: Walk, patents: list[str]) -> None:
    walk.say("It publishes all five at once, with the same terms.")
    terms = {"deal_types": ["ordinary_licence", "assignment"], "price_fen": 12_000_000, "stage": 6,
             "clusters": ["advanced_materials"]}  # fmt: skip
    answer = walk.ask(
        "POST", "/v1/listings/bulk", UNIVERSITY, status=202, json={"action": "publish", "ids": patents, "terms": terms}
    )

    def ended() -> dict[str, Any] | None:
        job: dict[str, Any] = walk.ask("GET", answer.headers["Location"], UNIVERSITY).json()
        return job if job["finished_at"] else None

    job = until(ended, "the bulk work has ended")
    note(f"{job['status']}: {job['progress']['done']} of {job['progress']['total']}, {job['summary']}")
    expect(job["status"] == "done", f"the bulk work should be done: {job}")


def found_by(walk: Walk, patent: str, **query: Any) -> dict[str, Any]:
    """Return the answer of a stranger's search that finds the patent; the index follows within moments."""

    def look() -> dict[str, Any] | None:
        answer: dict[str, Any] = walk.ask("GET", "/v1/patents/search", params=query).json()
        return answer if any(item["id"] == patent for item in answer["items"]) else None

    found: dict[str, Any] = until(look, f"{query} finds {patent}")
    item = next(item for item in found["items"] if item["id"] == patent)
    note(f"{query} → {found['total']} found, among them {item['application_number']} {item['title']}")
    return found


def find(walk: Walk, register: Register, patents: list[str]) -> None:
    walk.say("A stranger finds them: in Chinese, in English, by number in two spellings, by class, with facets.")
    first, plain = patents[0], register.numbers[0].replace(".", "")
    found_by(walk, first, q=f"{register.brand} 隔热板")
    found_by(walk, first, q=f"{register.brand_en} aerogel boards")
    for spelling in (f"ZL {plain[:4]} {plain[4]} {plain[5:12]}.{plain[12]}", f"cn{plain}"):
        found = found_by(walk, first, q=spelling)
        expect(found["total"] == 1, f"{spelling} is one patent, not {found['total']}")
    found_by(walk, first, q=register.brand, ipc="C01B 32")
    facets = found_by(walk, first, q=register.brand, facets="ipc_class,cluster,deal_type,holder")["facets"]
    for name, values in facets.items():
        note(f"{name}: " + ", ".join(f"{v['label']} {v['count']}" for v in values[:4]))
    expect(any(v["count"] >= 5 for v in facets["deal_type"]), f"five patents are listed: {facets['deal_type']}")


def export(walk: Walk, register: Register) -> None:
    walk.say("The university takes its register out as CSV.")
    text = walk.ask("GET", "/v1/patents.csv", UNIVERSITY, params={"q": register.brand}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    note(f"{len(rows) - 1} rows under {', '.join(rows[0][:5])} …")
    expect(len(rows) == 6, f"it should have five rows, not {len(rows) - 1}")


def lapse(walk: Walk, register: Register, patent: str) -> None:
    walk.say("The authority records that the first one lapsed: its annuity was not paid.")
    walk.sign_in(AUTHORITY)
    body = {"kind": "lapsed", "effective_on": "2025-03-15", "announced_on": "2025-11-20", "source": "demonstration"}
    event = walk.ask("POST", f"/v1/patents/{patent}/legal-events", AUTHORITY, status=201, json=body).headers["Event-Id"]
    status = walk.ask("GET", f"/v1/patents/{patent}", UNIVERSITY).json()["legal_status"]
    expect(status == "lapsed", f"the patent should have lapsed, and is {status}")
    walk.say("It is gone from the search, and its listing is suspended.")
    query = {"q": register.numbers[0], "after_event": event}
    answer = walk.ask("GET", "/v1/patents/search", params=query).json()
    expect(not answer["behind"], "the index should have followed within two seconds")
    expect(answer["total"] == 0, f"nothing should be found any more: {answer['items']}")
    listings = walk.ask("GET", "/v1/listings", UNIVERSITY, params={"patent_id": patent}).json()["items"]
    expect([x["status"] for x in listings] == ["suspended"], f"the listing should be suspended: {listings}")
    note(f"nothing is found under {register.numbers[0]}; the listing is suspended, because: "
         f"{listings[0]['suspended_by']} {listings[0]['status_reason']}")  # fmt: skip


def walk_it(server: str) -> None:
    with httpx.Client(base_url=server, timeout=30) as http:
        walk, register = Walk(http), fresh_register()
        walk.say("A university of the demonstration signs in.")
        walk.sign_in(UNIVERSITY)
        patents = upload(walk, register)
        publish(walk, patents)
        find(walk, register, patents)
        export(walk, register)
        lapse(walk, register, patents[0])


if __name__ == "__main__":
    sys.exit(walked(walk_it, __doc__))
