"""What the tables say of deals, and whether it is lawful: plain SQL and the law, with nothing of the platform's own."""

import contextlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from tests.bench.race_arena import CHINA

Row = dict[str, Any]
Tables = dict[str, list[Row]]
READ: Final = {
    "requests": "SELECT id, status, accepted_offer_id FROM financing_request",
    "offers": "SELECT id, request_id, disclosure_id, status FROM financing_offer",
    "disclosures": "SELECT id, request_id, status FROM financing_disclosure",
    "loans": "SELECT id, offer_id, status FROM loan",
    "pledges": "SELECT id, offer_id, status, pledgee_organisation_id, pledgee_party_id, registered_on, registered_at, "
    "released_on, defaulted_on, cured_on FROM pledge",
    "pledged": "SELECT pledge_id, patent_id, right_id, released_on, disposed_on FROM pledged_patent",
    "entries": "SELECT id, patent_id, kind, origin, recorded_at, ended_on, corrected_by, granted_for, conflicts "
    "FROM right_entry WHERE kind IN ('licence', 'pledge')",
    "consents": "SELECT used_by, party_id FROM consent WHERE used_by IS NOT NULL",
    "watches": "SELECT pledge_id, about FROM pledge_watch WHERE kind = 'licence_without_consent'",
    "events": "SELECT type, subject, audience FROM event WHERE type LIKE 'financing_offer.%' OR type LIKE 'pledge.%' "
    "ORDER BY id",
}
JSON: Final = ("conflicts", "audience")
ENDS: Final = frozenset({"accepted", "rejected", "withdrawn", "lapsed"})
OPEN: Final = frozenset({"drafted", "standing"})
STANDS: Final = frozenset({"registered", "release_filed", "defaulted"})
OVER: Final = frozenset({"released", "disposed"})


def read_tables(environment: Mapping[str, str]) -> Tables:
    """Return the rows that the judge asks for, read from the database itself."""
    url = environment["DATABASE_URL"]
    if url:
        with psycopg.connect(url, row_factory=dict_row) as connection:
            return {name: [_plain(row) for row in connection.execute(asked)] for name, asked in READ.items()}
    (file,) = Path(environment["PATENTMART_DATA_DIR"]).glob("*.sqlite")
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return {name: [_plain(dict(row)) for row in connection.execute(asked)] for name, asked in READ.items()}


def _plain(row: Row) -> Row:
    for name in JSON:
        if isinstance(row.get(name), str):
            row[name] = json.loads(row[name])
    for name, value in row.items():
        if name.endswith("_on") and value is not None:
            row[name] = date.fromisoformat(str(value))
        if name.endswith("_at") and value is not None:
            said = datetime.fromisoformat(str(value))
            row[name] = said if said.tzinfo else said.replace(tzinfo=UTC)
    return row


def unlawful_deals(tables: Tables) -> Iterator[str]:
    """Tell of everything in the tables that cannot lawfully be so."""
    yield from _offers(tables)
    yield from _loans(tables)
    yield from _pledges_in_the_ledger(tables)
    yield from _one_pledge(tables)
    yield from _licences_under(tables)
    yield from _released_or_defaulted(tables)


def statuses(tables: Tables) -> dict[str, str]:
    """Return how each thing of a deal stands."""
    rows = (row for name in ("requests", "offers", "disclosures", "loans", "pledges") for row in tables[name])
    return {row["id"]: row["status"] for row in rows}


def _by(rows: Iterable[Row], key: str) -> Mapping[str, list[Row]]:
    found = defaultdict(list)
    for row in rows:
        found[row[key]].append(row)
    return found


def _offers(tables: Tables) -> Iterator[str]:
    """At most one offer of a request is accepted, and then all else is closed; what was withdrawn is not accepted."""
    offers, disclosures = _by(tables["offers"], "request_id"), _by(tables["disclosures"], "request_id")
    over = {pledge["offer_id"] for pledge in tables["pledges"] if pledge["status"] in OVER}
    for request in tables["requests"]:
        own = offers[request["id"]]
        accepted = [offer for offer in own if offer["status"] == "accepted"]
        kept = {one["id"] for one in disclosures[request["id"]] if one["status"] == "kept"}
        living = {one["id"] for one in disclosures[request["id"]] if one["status"] == "standing"}
        if [offer["id"] for offer in accepted] != [one for one in [request["accepted_offer_id"]] if one]:
            yield f"{request['id']} accepted {request['accepted_offer_id']}, accepted are {accepted}"
        if (request["status"] == "accepted") != (len(accepted) == 1):
            yield f"{request['id']} is {request['status']} with {len(accepted)} accepted offers"
        needed = {offer["disclosure_id"] for offer in accepted if offer["id"] not in over}
        if accepted and (living or kept != needed):
            yield f"{request['id']} is accepted, and others may read it: {sorted(living | kept)}"
        if request["status"] in ("accepted", "withdrawn", "declined", "expired") and living:
            yield f"{request['id']} is {request['status']}, and disclosed: {sorted(living)}"
        for offer in own:
            if offer["status"] in OPEN and offer["disclosure_id"] not in living:
                yield f"{offer['id']} is {offer['status']} after its disclosure ended"
    for subject, events in _by(tables["events"], "subject").items():
        ended = [event["type"] for event in events if event["type"].removeprefix("financing_offer.") in ENDS]
        if len(ended) > 1:
            yield f"{subject} ended more than once: {ended}"


def _loans(tables: Tables) -> Iterator[str]:
    """Each accepted offer made one loan, and no other did."""
    accepted = sorted(offer["id"] for offer in tables["offers"] if offer["status"] == "accepted")
    lent = sorted(loan["offer_id"] for loan in tables["loans"])
    if accepted != lent:
        yield f"accepted offers and loans differ: {sorted(set(accepted) ^ set(lent))}, {len(accepted)}, {len(lent)}"


def _in_force(entry: Row | None) -> bool:
    return entry is not None and entry["ended_on"] is None and entry["corrected_by"] is None


def _pledges_in_the_ledger(tables: Tables) -> Iterator[str]:
    """A pledge stands in the ledger of each of its patents from its registration to its end, and no longer."""
    pledges, entries = {row["id"]: row for row in tables["pledges"]}, {row["id"]: row for row in tables["entries"]}
    for one in tables["pledged"]:
        stands = pledges[one["pledge_id"]]["status"] in STANDS and not (one["released_on"] or one["disposed_on"])
        if stands != _in_force(entries.get(one["right_id"] or "")):
            yield f"{one['pledge_id']} on {one['patent_id']} stands: {stands}; in the ledger: {not stands}"
    for entry in tables["entries"]:
        if entry["kind"] == "pledge" and entry["granted_for"] and entry["granted_for"] not in pledges:
            yield f"{entry['id']} is of no pledge"


def _one_pledge(tables: Tables) -> Iterator[str]:
    """At most one pledge stands on a patent."""
    standing = [entry for entry in tables["entries"] if entry["kind"] == "pledge" and _in_force(entry)]
    for patent_id, entries in _by(standing, "patent_id").items():
        if len(entries) > 1:
            yield f"{patent_id} is pledged {len(entries)} times: {[entry['granted_for'] for entry in entries]}"


def _licences_under(tables: Tables) -> Iterator[str]:
    """A licence granted here while a pledge stood has its consent, or went before its recording and is told.

    Of one of the registration day itself that went before the recording nobody knows which of the two came first, and
    one that has the consent, or is older, is beyond reproach: of none of these is anybody told.
    """
    granted = [entry for entry in tables["entries"] if entry["kind"] == "licence" and entry["origin"] == "here"]
    by_patent, entries = _by(granted, "patent_id"), {row["id"]: row for row in tables["entries"]}
    consented = {(row["used_by"], row["party_id"]) for row in tables["consents"]}
    pledges, told = {row["id"]: row for row in tables["pledges"]}, _told(tables)
    for one in tables["pledged"]:
        pledge, entry = pledges[one["pledge_id"]], entries.get(one["right_id"] or "")
        if entry is None:
            continue
        flagged = {right_id for conflict in entry["conflicts"] for right_id in conflict["about"]}
        for licence in by_patent[one["patent_id"]]:
            day = licence["recorded_at"].astimezone(CHINA).date()
            was_first = licence["recorded_at"] <= entry["recorded_at"]
            accused = licence["id"] in flagged or (pledge["id"], licence["id"]) in told
            is_clean = day < pledge["registered_on"] or (licence["id"], pledge["pledgee_party_id"]) in consented
            if is_clean or (was_first and day == pledge["registered_on"]):
                if accused:
                    yield f"{licence['id']} is told as without consent to the pledgee of {pledge['id']}"
            elif not was_first:
                if _in_force(entry):
                    yield f"{licence['id']} was granted without the consent of the pledgee of {pledge['id']}"
            elif licence["id"] not in flagged:
                yield f"{licence['id']} is not flagged on {entry['id']} of {pledge['id']}"
            elif (pledge["id"], licence["id"]) not in told:
                yield f"the pledgee of {pledge['id']} was not told of {licence['id']}"


def _told(tables: Tables) -> set[tuple[str, str]]:
    """Return of which licences the pledgees of which pledges were told."""
    pledgees = {row["id"]: row["pledgee_organisation_id"] for row in tables["pledges"]}
    sent = {event["subject"] for event in tables["events"]
            if event["type"] == "pledge.watched" and pledgees[event["subject"]] in event["audience"]}  # fmt: skip
    return {(row["pledge_id"], row["about"]) for row in tables["watches"] if row["pledge_id"] in sent}


def _released_or_defaulted(tables: Tables) -> Iterator[str]:
    """A pledge is never both released, or about to be, and in default; its loan is in default with it."""
    loans = {row["offer_id"]: row for row in tables["loans"]}
    for pledge in tables["pledges"]:
        in_default = bool(pledge["defaulted_on"]) and not pledge["cured_on"]
        if (pledge["status"] in ("released", "release_filed") and in_default) or (
            pledge["status"] == "defaulted" and pledge["released_on"]
        ):
            yield f"{pledge['id']} is {pledge['status']}, released and in default"
        loan = loans.get(pledge["offer_id"])
        if loan is not None and (loan["status"] == "defaulted") != (pledge["status"] == "defaulted"):
            yield f"{pledge['id']} is {pledge['status']}, its loan {loan['status']}"
    for subject, events in _by(tables["events"], "subject").items():
        yield from _steps(subject, [event["type"] for event in events])


def _steps(pledge_id: str, types: Sequence[str]) -> Iterator[str]:
    in_default = ending = over = False
    for kind in types:
        if over or (in_default and kind in ("pledge.release_filed", "pledge.released")):
            yield f"{pledge_id} met {kind} in default or after its end: {types}"
        if ending and kind == "pledge.defaulted":
            yield f"{pledge_id} fell into default while its release was filed: {types}"
        in_default = kind == "pledge.defaulted" or (in_default and kind != "pledge.cured")
        ending = kind == "pledge.release_filed" or (ending and kind != "pledge.release_refused")
        over = over or kind in ("pledge.released", "pledge.disposed", "pledge.revoked")
