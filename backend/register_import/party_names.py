"""Which parties the names in a file mean: those there are, and those that earlier rows of it would make or rename."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Party
from backend.accounts.parties.directory import formerly_by_key, parties_by_key
from backend.accounts.rules import name_key
from backend.imports.scratch_store import Scratch
from backend.register_import.holder_planner import FRESH, Names

RENAMED: Final = "renamed"
MADE: Final = "party"


async def load_names(session: AsyncSession, names: Iterable[str], own: Party, scratch: Scratch | None) -> Names:
    """Return which party each name means to the organisation whose party is `own`.

    Checking, `scratch` has what earlier batches of the file would have changed, see `remember_names`.
    """
    by = own.organisation_id or ""
    by_key = {name_key(name): name for name in names}
    found = await parties_by_key(session, by_key, by=by)
    missing = by_key.keys() - found.keys()
    former = await formerly_by_key(session, missing, by=by) if missing else {}
    parties = {party.id: party for party in (own, *found.values(), *former.values())}
    loaded = Names(
        keys={key: FRESH + key for key in by_key} | {key: party.id for key, party in (former | found).items()},
        organisations={party.id: party.organisation_id for party in parties.values()},
        borne={party.id: party.name_key for party in parties.values()},
        mine={party.id for party in parties.values() if party.created_by == by and party.organisation_id is None},
    )
    if scratch is not None:
        _recall(loaded, scratch)
    loaded.spelled = {FRESH + key: name for key, name in by_key.items() if loaded.keys[key] == FRESH + key}
    return loaded


def _recall(names: Names, scratch: Scratch) -> None:
    """Take what earlier batches would have made and renamed."""
    names.keys |= scratch.get(RENAMED, names.keys)
    names.borne |= scratch.get(f"{RENAMED}-party", set(names.keys.values()))
    names.used = scratch.noted(MADE, set(names.keys.values()))


def remember_names(scratch: Scratch, names: Names) -> None:
    """Keep what this batch would have made and renamed, for the next ones."""
    scratch.note(MADE, {party for party in names.used if party.startswith(FRESH)})
    scratch.put(RENAMED, {name_key(rename.new): rename.party for rename in names.renames})
    scratch.put(f"{RENAMED}-party", {rename.party: name_key(rename.new) for rename in names.renames})
