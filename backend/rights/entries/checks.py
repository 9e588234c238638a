"""What is wrong with an entry in itself, whether it would be granted here or was established elsewhere."""

from datetime import date
from typing import Final

from backend.core.errors import FieldError, Malformed, Text
from backend.rights.codes import LicenceType, Origin, RightKind
from backend.rights.errors import DatesReversed, EvidenceMissing, NoUpperLicence, RightOfOnesOwn, ToldByLegalEvents
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.schemas import RightIn
from backend.rights.scope_rules import Period

GRANTED_HERE: Final = frozenset({RightKind.LICENCE, RightKind.PLEDGE})
NEEDS_PARTY: Final = frozenset({RightKind.LICENCE, RightKind.PLEDGE, RightKind.OPTION})
ELSEWHERE: Final = {
    RightKind.OPEN_LICENCE: Text("请用 /v1/open-licences 声明。", "Declare it at /v1/open-licences."),
    RightKind.CO_OWNER_AGREEMENT: Text("请用 …/co-owner-agreements 登记。", "Enter it at …/co-owner-agreements."),
}
WHOSE: Final = Text("请填写相对方：party_id 或 party_name。", "Say whose it is: party_id or party_name.")
NOT_HERE: Final = Text("此类权利不能在平台授予。", "This kind is not granted here.")
NOT_A_LICENCE: Final = Text("仅许可有 licence_type。", "Only a licence has a licence_type.")
NO_SUB_LICENCE: Final = Text("仅分许可可依据 licence。", "Only a sub-licence names a `licence`.")
TAKEN_ELSEWHERE: Final = Text("开放许可由被许可人以通知取得。", "A licence under an open one is taken by notice.")
ORDINARY_ONLY: Final = Text("平台的分许可为普通许可。", "A sub-licence granted here is an ordinary licence.")
ORDINARY_ALONE: Final = Text("仅普通许可可视为许可方自行实施。", "Only an ordinary licence is in place of own working.")
NO_SUCH_LICENCE: Final = Text("该专利没有所列许可。", "The patent has no such licence on record.")
LATER: Final = Text("该日期尚未到来。", "That day has not come yet.")
ONE_PARTY: Final = Text("party_id 与 party_name 只填一项。", "Give the party's id or its name, not both.")


def check_entry(given: RightIn, today: date) -> None:
    """Raise what is wrong with an entry before anything is asked of the ledger."""
    if given.kind is RightKind.SUSPENSION:
        raise ToldByLegalEvents
    here, named = given.origin is Origin.HERE, given.party_id or given.party_name
    is_licence, told = given.kind is RightKind.LICENCE, given.announced_on
    faults: tuple[tuple[bool, str, str, Text], ...] = (
        (given.kind in ELSEWHERE, "/kind", "recorded_elsewhere", ELSEWHERE.get(given.kind, NOT_HERE)),
        (bool(given.licence_type) and not is_licence, "/licence_type", "not_a_licence", NOT_A_LICENCE),
        (given.licence is not None and not is_licence, "/licence", "not_a_licence", NO_SUB_LICENCE),
        (here and given.kind not in GRANTED_HERE, "/origin", "not_granted_here", NOT_HERE),
        (here and given.licence_type is LicenceType.OPEN, "/licence_type", "taken_by_notice", TAKEN_ELSEWHERE),
        (
            here and given.licence is not None and given.licence_type not in (None, LicenceType.ORDINARY),
            "/licence_type",
            "sub_licence_is_ordinary",
            ORDINARY_ONLY,
        ),
        (
            given.own_working and given.licence_type not in (None, LicenceType.ORDINARY),
            "/own_working",
            "own_working_is_ordinary",
            ORDINARY_ALONE,
        ),
        (bool(given.party_id and given.party_name), "/party_name", "one_party", ONE_PARTY),
        (given.kind in NEEDS_PARTY and not named, "/party_id", "missing", WHOSE),
        (told is not None and told > today, "/announced_on", "in_the_future", LATER),
    )
    wrong = [FieldError(pointer, code, said) for is_so, pointer, code, said in faults if is_so]
    if wrong:
        raise Malformed(errors=wrong)
    if given.origin is Origin.OUTSIDE and not given.evidence_files:
        raise EvidenceMissing
    if given.ends_on and given.ends_on < max(given.starts_on or given.effective_on, given.effective_on):
        raise DatesReversed


def check_against(ledger: Ledger, given: RightIn, ask: PermissionRequest) -> None:
    """Raise what no entry can say of this patent, though it be established elsewhere.

    Raises RightOfOnesOwn, NoUpperLicence, and Malformed for earlier licences that the patent does not have.
    """
    if given.kind in NEEDS_PARTY and ask.to_party in ask.by:
        raise RightOfOnesOwn
    if not ask.carves_out <= {entry.id for entry in ledger.entries if entry.kind is RightKind.LICENCE}:
        raise Malformed(errors=[FieldError("/carves_out", "no_such_licence", NO_SUCH_LICENCE)])
    if given.origin is Origin.OUTSIDE and given.licence is not None and not _stands(ledger, given.licence, ask.start):
        raise NoUpperLicence


def _stands(ledger: Ledger, licence: str, day: date) -> bool:
    return any(entry.id == licence for entry in ledger.of_kind(RightKind.LICENCE, Period.of(day, day)))
