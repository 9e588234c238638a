"""What one organisation looks for: a draft, a confidential need, one with an abstract, and one that everybody sees."""

import httpx

from tests.scenarios.members import Member
from tests.scenarios.needs import draft_need, publish_need

Things = dict[str, dict[str, str]]
SECRET_BUDGET = 83_217_645  # fen: stands in no answer to others


async def make_needs(client: httpx.AsyncClient, owner: Member, named: Member, mark: str, findable: str) -> Things:
    """Return the needs of the owner's organisation; the confidential one is shown to the other side of its deals."""
    secret = {
        "title": f"need {mark}",
        "problem": f"{findable} {mark}",
        "tried": f"tried {mark}",
        "reference": f"reference {mark}",
        "budget_max_fen": SECRET_BUDGET,
    }
    hidden = secret | {"confidential": True}
    abstract = {"abstract": f"{findable} abstract", "reference": f"abstract {mark}"}
    public = {"title": f"{findable} need", "problem": "示例", "reference": f"public {mark}"}
    return {
        "private": {
            "need_id": (await publish_need(client, owner, **hidden, shown_to=[named.organisation_id]))["id"],
            "need_word": mark,
        },
        "need_draft": {"need_id": (await draft_need(client, owner, **secret | {"reference": f"draft {mark}"}))["id"]},
        "need_abstract": {"need_id": (await publish_need(client, owner, **hidden | abstract))["id"]},
        "need_public": {"need_id": (await publish_need(client, owner, **public, budget_max_fen=SECRET_BUDGET))["id"]},
    }
