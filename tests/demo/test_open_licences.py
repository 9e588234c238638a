"""The demonstration's open licences are those that the front door would have made, and a newcomer sees every state."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import col

from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.settings import Settings
from backend.demo.load import load
from backend.licences.certificates import service as certification
from backend.licences.certificates.content import certificate_hash
from backend.licences.models import Licence, RoyaltyReport
from backend.open_licences.availability import service as availability
from backend.open_licences.models import Duty, Notice, OpenLicence, OpenLicenceStep
from backend.open_licences.policy import open_licence_policy
from backend.patents import queries
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing, PatentAvailability
from backend.rights import availability as listing_offers
from backend.rights.models import Consent, RightClaim, RightEntry
from tests.demo.test_seed import fresh
from tests.scenarios.consents import give_consent
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.members import register_organisation
from tests.scenarios.open_licences import announce, draft_declaration, file_declaration

SIZE = 500
DOZENS = 36
MADE_UP = "DEMO-"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def seeded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = fresh(request.param, tmp_path_factory.mktemp("open"), "open_licences")

    async def run() -> None:
        database = Database(settings, Clock())
        await load(database, SIZE, lambda _: None)
        await database.close()

    asyncio.run(run())
    return settings


@pytest_asyncio.fixture
async def database(seeded: Settings) -> AsyncIterator[Database]:
    database = Database(seeded, Clock())
    yield database
    await database.close()


async def rows(database: Database, model: Any, *where: Any) -> list[Any]:
    async with database.read() as session:
        return list(await session.scalars(sa.select(model).where(*where).order_by(*sa.inspect(model).primary_key)))


async def of_the_seed(database: Database) -> list[OpenLicence]:
    """Return the declarations that were entered in bulk."""
    found = await rows(database, OpenLicence, col(OpenLicence.declaration_number).startswith(MADE_UP))
    assert len(found) >= DOZENS
    return found


async def test_a_listing_that_offers_an_open_licence_has_one_that_was_announced(database: Database) -> None:
    announced = {one.patent_id for one in await rows(database, OpenLicence) if one.announced_on}
    offering = [one for one in await rows(database, Listing) if "open_licence" in one.deal_types]
    assert {one.patent_id for one in offering} == announced
    assert all(one.status is ListingStatus.LISTED for one in offering)
    assert all("DEMO-" in str(one.declaration_number) for one in await of_the_seed(database))


async def test_the_facts_of_each_pass_when_the_ledger_is_asked_again(database: Database) -> None:
    for before in await of_the_seed(database):
        async with database.write() as session:
            whole = await queries.load(session, before.patent_id, lock=True)
            declared = await session.get_one(OpenLicence, before.id)
            assert whole is not None
            policy = open_licence_policy(database.settings)
            await availability.reassess(session, declared, whole, policy, database.clock.now())
            assert declared.model_dump() == before.model_dump()


async def test_what_rights_bar_is_shown_beside_every_patent_that_has_some(database: Database) -> None:
    before = {one.patent_id: one.model_dump() for one in await rows(database, PatentAvailability)}
    for patent_id in {one.patent_id for one in await rows(database, RightEntry)} | set(before):
        async with database.write() as session:
            whole = await queries.load(session, patent_id, lock=True)
            assert whole is not None
            await listing_offers.reassess(session, whole, database.clock.now())
    assert {one.patent_id: one.model_dump() for one in await rows(database, PatentAvailability)} == before


async def test_each_stands_in_the_ledger_beside_its_patent_and_apart_from_others(database: Database) -> None:
    entries = {e.id: e for e in await rows(database, RightEntry)}
    offers = {o.patent_id: o.open_licence for o in await rows(database, PatentAvailability) if o.open_licence}
    claims = {c.right_id for c in await rows(database, RightClaim)}
    standing = [one for one in await of_the_seed(database) if one.status.value == "announced"]
    for one in standing:
        entry = entries[str(one.right_id)]
        assert (entry.granted_for, entry.terms_hash, entry.grantors) == (one.id, one.terms_hash, one.holders)
        assert (offers[one.patent_id]["id"], offers[one.patent_id]["available"]) == (one.id, one.available)
        assert database.is_sqlite or entry.id in claims
    assert len(offers) == len(standing)


def _is_like(one: OpenLicence, other: OpenLicence) -> bool:
    return (one.status, one.fee["form"]) == (other.status, other.fee["form"])


def shape(row: Any) -> dict[str, str]:
    """Return what is said in a row, and what is left unsaid."""
    return {name: type(value).__name__ for name, value in row.model_dump().items()}


async def test_its_rows_are_of_the_shape_that_the_front_door_gives_them(
    client: httpx.AsyncClient, app: FastAPI, database: Database
) -> None:
    university, institute = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, university, institute, kind="invention")
    draft = await draft_declaration(client, university, patent["id"], other="演示")
    terms = draft["consent_terms"]["declare_open_licence"]
    await give_consent(client, university, institute, patent["id"], "declare_open_licence", terms)
    made = await announce(client, university, await file_declaration(client, university, draft))
    about = app.state.database
    (declared,) = await rows(about, OpenLicence, col(OpenLicence.id) == made["id"])
    (entry,) = await rows(about, RightEntry, col(RightEntry.granted_for) == declared.id)
    (consent,) = await rows(about, Consent, col(Consent.patent_id) == patent["id"])
    steps = await rows(about, OpenLicenceStep, col(OpenLicenceStep.open_licence_id) == declared.id)
    (offer,) = await rows(about, PatentAvailability, col(PatentAvailability.patent_id) == patent["id"])

    used = {c.used_by: c for c in await rows(database, Consent)}
    ours = next(one for one in await of_the_seed(database) if one.id in used and _is_like(one, declared))
    (our_entry,) = await rows(database, RightEntry, col(RightEntry.granted_for) == ours.id)
    our_steps = await rows(database, OpenLicenceStep, col(OpenLicenceStep.open_licence_id) == ours.id)
    (our_offer,) = await rows(database, PatentAvailability, col(PatentAvailability.patent_id) == ours.patent_id)
    assert shape(ours) == shape(declared)
    assert (ours.version, set(ours.terms)) == (declared.version, set(declared.terms))
    assert shape(our_entry) == shape(entry)
    assert shape(used[ours.id]) == shape(consent)
    assert used[ours.id].version == consent.version
    assert [(s.step, s.status) for s in our_steps] == [(s.step, s.status) for s in steps]
    assert [shape(s) for s in our_steps] == [shape(s) for s in steps]
    assert set(our_offer.open_licence) == set(offer.open_licence)
    assert (our_offer.barred, our_offer.checked_on) == (offer.barred, offer.checked_on)


async def test_a_newcomer_sees_every_state(database: Database) -> None:
    declared = await rows(database, OpenLicence)
    assert {one.status.value for one in declared} == {
        "draft", "submitted", "filed", "refused", "announced", "withdrawn",
    }  # fmt: skip
    barred = [one for one in declared if one.unavailable]
    assert [[reason["code"] for reason in one.unavailable] for one in barred] == [["annuity_unpaid"]]
    assert [duty.kind for duty in await rows(database, Duty)] == ["withdraw"]
    assert {one.status.value for one in await rows(database, Notice)} == {"given", "effective", "contested"}
    licences = await rows(database, Licence)
    assert {one.status.value for one in licences} == {"in_force", "contested"}
    assert any(one.recorded_on for one in licences)
    assert len({one.licence_id for one in await rows(database, RoyaltyReport)}) == 1
    kinds = {(one.kind.value, one.licence_type and one.licence_type.value) for one in await rows(database, RightEntry)}
    assert kinds == {
        ("open_licence", None), ("licence", "open"), ("licence", "exclusive"), ("pledge", None), ("receivable", None),
    }  # fmt: skip


async def test_the_certificates_of_its_licences_can_be_checked(seeded: Settings, database: Database) -> None:
    now = database.clock.now()
    for licence in await rows(database, Licence):
        async with database.read() as session:
            paper = await certification.issued(session, licence, seeded, now)
            checked = await certification.checked(session, licence, certificate_hash(paper), seeded, now)
        assert paper.is_demonstration
        assert (checked.valid, checked.licensors, checked.licensee) == (True, paper.licensors, paper.licensee)
        assert all(party.verified and party.credit_code for party in paper.licensors)
