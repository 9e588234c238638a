"""Who may do what with a product: its bank changes it, everybody reads what is published."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from backend.accounts.access import MaybeCaller, OnceVerifiedEditor
from backend.accounts.caller import Caller
from backend.core.errors import Forbidden
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.financing.access import SUFFIX, Bank
from backend.financing.errors import NoSuchProduct
from backend.financing.models import FinancingProduct
from backend.financing.products import queries

ProductId = Annotated[
    str, Path(pattern=id_pattern("prod"), description="The product's id.", examples=[f"prod_{SUFFIX}"])
]


@dataclass(frozen=True, slots=True)
class HeldProduct:
    """A product of the caller's bank, held for a change."""

    product: FinancingProduct
    caller: Caller


async def _seen(product_id: ProductId, caller: MaybeCaller, session: ReadDb) -> FinancingProduct:
    found = await queries.product(session, caller, product_id)
    if found is None:
        raise NoSuchProduct
    return found


async def _held(session: Db, caller: Caller, product_id: str) -> HeldProduct:
    found = await queries.locked(session, caller, product_id)
    if found is None:
        raise NoSuchProduct
    if found.organisation_id != caller.organisation_id:
        raise Forbidden
    return HeldProduct(found, caller)


async def _own(product_id: ProductId, caller: Bank, session: Db) -> HeldProduct:
    return await _held(session, caller, product_id)


async def _withdrawable(product_id: ProductId, caller: OnceVerifiedEditor, session: Db) -> HeldProduct:
    return await _held(session, caller, product_id)


SeenProduct = Annotated[FinancingProduct, Depends(_seen)]
OwnProduct = Annotated[HeldProduct, Depends(_own)]
ProductToWithdraw = Annotated[HeldProduct, Depends(_withdrawable)]
