"""A company that nobody knows: it registers, and the platform verifies it."""

from stdnum.cn import uscc

from common.walking import PASSWORD, PLATFORM, Walk, fresh_brand, fresh_serials, note


def register(walk: Walk) -> tuple[str, str]:
    """Return the address of the new company's owner, who is signed in, and the path of the company."""
    brand, brand_en = fresh_brand()
    serial = fresh_serials(1)[0]
    who, code = f"owner@{brand_en.lower()}-{serial}.example", f"91500106MA{serial}"
    company = {"kind": "enterprise", "name": f"{brand}示范科技有限公司", "region": "500106",
               "credit_code": code + uscc.calc_check_digit(code),
               "member": {"email": who, "name": "示范", "password": PASSWORD}}  # fmt: skip
    place = f"/v1/organisations/{walk.shown('POST', '/v1/organisations', status=201, json=company)['id']}"
    walk.sign_in(who)
    return who, place


def verify(walk: Walk, place: str) -> None:
    walk.say("The platform finds it on its desk and verifies it, by one call.")
    walk.inbox_message(PLATFORM, "organisation.registered", "organisation_id", place.rpartition("/")[2])
    verdict = {"outcome": "verified", "reason": "名称与执照相符"}
    note(walk.shown("POST", f"{place}/verification", PLATFORM, json=verdict)["status"])
