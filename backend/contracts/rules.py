"""What may happen to a contract and to each version that is to be signed: their steps as tables, and the bounds."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from backend.contracts.codes import ContractStatus, VersionStatus
from backend.contracts.errors import ContractNotInState, ContractVersionNotOpen

MOST_SIDES: Final = 20
MOST_VERSIONS: Final = 100
LONGEST_TERMS: Final = 64_000  # bytes of canonical JSON
LONGEST_TEXT: Final = 60_000  # characters of all clauses in both languages: some 40 pages


class Action(StrEnum):
    """A step of a contract."""

    SIGN = "sign"
    COMPLETE = "complete"
    ASK_CHANGE = "ask_change"
    REVISE = "revise"
    REFUSE = "refuse"
    EXPIRE = "expire"
    AMEND = "amend"
    TERMINATE = "terminate"


class VersionAction(StrEnum):
    """A step of a version that is to be signed."""

    COMPLETE = "complete"
    REPLACE = "replace"
    REFUSE = "refuse"
    EXPIRE = "expire"


S, A = ContractStatus, Action
SIGNABLE: Final = (S.DRAFTED, S.SIGNING)
WAITING: Final = (*SIGNABLE, S.CHANGE_ASKED)
TRANSITIONS: Final[dict[tuple[ContractStatus, Action], ContractStatus]] = {
    **{(status, A.SIGN): S.SIGNING for status in SIGNABLE},
    **{(status, A.COMPLETE): S.EFFECTIVE for status in SIGNABLE},
    **{(status, A.ASK_CHANGE): S.CHANGE_ASKED for status in SIGNABLE},
    **{(status, A.REVISE): S.DRAFTED for status in WAITING},
    **{(status, A.REFUSE): S.REFUSED for status in WAITING},
    **{(status, A.EXPIRE): S.EXPIRED for status in WAITING},
    **{(status, A.TERMINATE): S.TERMINATED for status in WAITING},
    (S.EFFECTIVE, A.AMEND): S.EFFECTIVE,
    (S.EFFECTIVE, A.TERMINATE): S.TERMINATED,
}
VERSION_TRANSITIONS: Final[dict[tuple[VersionStatus, VersionAction], VersionStatus]] = {
    (VersionStatus.OPEN, VersionAction.COMPLETE): VersionStatus.SIGNED,
    (VersionStatus.OPEN, VersionAction.REPLACE): VersionStatus.LAPSED,
    (VersionStatus.OPEN, VersionAction.REFUSE): VersionStatus.REFUSED,
    (VersionStatus.OPEN, VersionAction.EXPIRE): VersionStatus.EXPIRED,
}


def next_status(status: ContractStatus, action: Action) -> ContractStatus:
    """Return the status that the step leads to; raise ContractNotInState where the table knows none."""
    target = TRANSITIONS.get((status, action))
    if target is None:
        raise ContractNotInState(status=status.value, action=action.value)
    return target


def next_version_status(status: VersionStatus, action: VersionAction) -> VersionStatus:
    """Return the status that the step leads to; raise ContractVersionNotOpen where the table knows none."""
    target = VERSION_TRANSITIONS.get((status, action))
    if target is None:
        raise ContractVersionNotOpen(status=status.value, action=action.value)
    return target


def expires_at(now: datetime, days: int) -> datetime:
    """Return until when what is drawn up now can be signed."""
    return now + timedelta(days=days)


def is_complete(sides: Collection[str], signed: Collection[str]) -> bool:
    """Whether every side has signed."""
    return set(sides) <= set(signed)


def changed_terms(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the terms that differ, as they were and as they are; one that is not there is left out."""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name) or (name in old) != (name in new)]
    return {n: old[n] for n in names if n in old}, {n: new[n] for n in names if n in new}


def next_in_force(status: ContractStatus, action: Action) -> ContractStatus:
    """Return where a step leads that sides agree on while the contract is in force; raise ContractNotInState else."""
    if status is not S.EFFECTIVE:
        raise ContractNotInState(status=status.value, action=action.value)
    return next_status(status, action)
