"""A listing's steps are a table; every pair of status and step is tried."""

from dataclasses import replace
from itertools import product

import pytest

from backend.accounts.errors import OrganisationNotVerified
from backend.listings.errors import (
    ListingNotInState,
    ListingNotPublishable,
    ListingStepNotYours,
    SuspendedByPlatform,
)
from backend.listings.rules import BARRED, TRANSITIONS, WHO, Action, Side, Standing, next_status
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus

GOOD = Standing(
    status=ListingStatus.SUBMITTED,
    suspended_by=None,
    legal_status=LegalStatus.IN_FORCE,
    holding=HoldingState.ASSERTED,
    verified=True,
    has_deal_type=True,
    has_price=True,
)


@pytest.mark.parametrize(("status", "action"), list(product(ListingStatus, Action)))
def test_only_the_steps_of_the_table_lead_on(status: ListingStatus, action: Action) -> None:
    side = Side.HOLDER if Side.HOLDER in WHO[action] else Side.PLATFORM
    standing = replace(GOOD, status=status)
    if (status, action) in TRANSITIONS:
        assert next_status(action, side, standing) is TRANSITIONS[status, action]
    else:
        with pytest.raises(ListingNotInState):
            next_status(action, side, standing)


@pytest.mark.parametrize(("action", "side"), list(product(Action, (Side.HOLDER, Side.PLATFORM))))
def test_a_step_is_taken_by_its_own_side_only(action: Action, side: Side) -> None:
    status = next(s for s, a in TRANSITIONS if a is action)
    if side in WHO[action]:
        next_status(action, side, replace(GOOD, status=status))
    else:
        with pytest.raises(ListingStepNotYours):
            next_status(action, side, replace(GOOD, status=status))


@pytest.mark.parametrize("legal_status", list(LegalStatus))
def test_a_right_that_does_not_stand_is_not_published(legal_status: LegalStatus) -> None:
    standing = replace(GOOD, legal_status=legal_status)
    if legal_status in BARRED:
        with pytest.raises(ListingNotPublishable) as refused:
            next_status(Action.PUBLISH, Side.HOLDER, standing)
        assert [r.code for r in refused.value.reasons] == ["legal_status_bars"]
    else:
        assert next_status(Action.PUBLISH, Side.HOLDER, standing) is ListingStatus.LISTED


def test_every_reason_against_publishing_is_named_at_once() -> None:
    standing = replace(
        GOOD, legal_status=LegalStatus.LAPSED, holding=HoldingState.DISPUTED, has_deal_type=False, has_price=False
    )
    with pytest.raises(ListingNotPublishable) as refused:
        next_status(Action.PUBLISH, Side.PLATFORM, standing)
    codes = [r.code for r in refused.value.reasons]
    assert codes == ["legal_status_bars", "holding_disputed", "deal_type_missing", "price_missing"]


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (Action.SUBMIT, ListingStatus.DRAFT),
        (Action.PUBLISH, ListingStatus.SUBMITTED),
        (Action.RESUME, ListingStatus.SUSPENDED),
    ],
)
def test_what_an_unverified_organisation_has_is_neither_submitted_nor_shown(
    action: Action, status: ListingStatus
) -> None:
    unverified = replace(GOOD, verified=False, status=status)
    with pytest.raises(OrganisationNotVerified):
        next_status(action, Side.HOLDER, unverified)
    assert next_status(Action.DELIST, Side.HOLDER, unverified) is ListingStatus.DELISTED


@pytest.mark.parametrize("action", [Action.RESUME, Action.DELIST])
def test_what_the_platform_suspended_only_the_platform_ends(action: Action) -> None:
    standing = replace(GOOD, status=ListingStatus.SUSPENDED, suspended_by="platform")
    with pytest.raises(SuspendedByPlatform):
        next_status(action, Side.HOLDER, standing)
    assert next_status(Action.RESUME, Side.PLATFORM, standing) is ListingStatus.LISTED
