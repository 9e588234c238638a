"""A patent that much burdens: fifty entries of every kind, as a large firm's key patent may have after ten years."""

from typing import Any, Final

import httpx

from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.rights import post_right

COUNT: Final = 50
PLACES: Final = ([], ["500000"], ["110000", "310000"], ["500101", "500102", "500103"], ["440000"])
KINDS: Final = ("licence",) * 7 + ("pledge", "option", "receivable", "licence", "seizure", "obstacle")
TYPES: Final = ("ordinary", "ordinary", "ordinary", "open", "exclusive", "ordinary", "sole", "ordinary")


def entries() -> list[dict[str, Any]]:
    """Return what is recorded: licences of every type with scopes and terms, pledges, options and so on."""
    found = []
    for n in range(COUNT):
        kind = KINDS[n % len(KINDS)]
        fields: dict[str, Any] = {"kind": kind, "starts_on": f"{2019 + n % 8}-0{1 + n % 9}-01"}
        if kind == "licence":
            fields |= {"licence_type": TYPES[n % len(TYPES)], "territory": PLACES[n % len(PLACES)]}
            fields |= {"fields": [1 + n % 35, 1 + (n + 7) % 35] if n % 3 else [], "sub_licensing": n % 2 == 0}
        if n % 4:
            fields["ends_on"] = f"{2028 + n % 9}-12-31"
        found.append(fields)
    return found


async def burdened(client: httpx.AsyncClient, holder: Member) -> str:
    """Return the id of such a patent of the holder's."""
    patent = await enter_patent(client, holder)
    for year in range(3, 10):
        await post_legal_event(client, holder, patent["id"], "annuity_paid", f"{2018 + year - 1}-02-20", year=year)
    proof = await upload_evidence(client, holder)
    for n, fields in enumerate(entries()):
        kind = fields.pop("kind")
        said = await post_right(
            client, holder, patent["id"], kind, party_name=f"被许可企业{n}", evidence_files=[proof], **fields
        )
        assert said.status_code == 201, said.text
    return str(patent["id"])
