"""The load of the demonstration signs without proof, and says so: nobody else can."""

from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.contracts import queries, signing
from backend.contracts.access import HeldContract
from backend.contracts.codes import SigningMeans
from backend.contracts.policy import contract_policy
from backend.contracts.schemas import SignatureIn
from tests.scenarios.contracts import draw_up_contract, get_contract, post_signature


async def test_nobody_says_by_which_means_he_signs(client: httpx.AsyncClient) -> None:
    parties = await draw_up_contract(client)
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    answer = await post_signature(client, parties.lender, parties, bound_hash, means="demonstration")
    assert answer.status_code == 422


async def test_outside_a_demonstration_nothing_is_signed_without_proof(client: httpx.AsyncClient, app: FastAPI) -> None:
    parties = await draw_up_contract(client)
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    policy = replace(contract_policy(app.state.settings), is_demonstration=False)
    async with app.state.database.read() as session:
        contract = await queries.find_unscoped(session, parties.contract_id)
        assert contract is not None
        sides = (await queries.sides(session, [contract.id]))[contract.id]
        own = parties.lender.organisation_id
        by = Caller("usr_1", own, OrganisationKind.BANK, OrganisationStatus.VERIFIED, Role.OWNER)
        held = HeldContract(contract, sides, by)
        given = SignatureIn(bound_hash=bound_hash)
        with pytest.raises(ValueError, match="outside a demonstration"):
            await signing.sign(session, held, given, SigningMeans.DEMONSTRATION, policy, app.state.clock.now())
    assert (await get_contract(client, parties.lender, parties))["status"] == "drafted"
