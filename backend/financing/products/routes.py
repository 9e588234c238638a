"""The addresses of banks' products, and of those that suit a request."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from backend.accounts.access import MaybeCaller
from backend.core.clock import Now, Today
from backend.core.errors import InvalidCursor
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page, question
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one, plain
from backend.core.security.tokens import sign, unsign
from backend.financing.access import Bank, OwnRequestToSee
from backend.financing.products import matching, queries, service
from backend.financing.products.access import OwnProduct, ProductToWithdraw, SeenProduct
from backend.financing.products.presenters import product_out
from backend.financing.products.schemas import (
    FitsOut,
    FitsQuery,
    ProductIn,
    ProductOut,
    ProductPage,
    ProductPatch,
    ProductsQuery,
)

router = APIRouter(prefix="/v1", tags=["financing"], route_class=WritingRoute)
ALL: Final = "/financing-products"
ONE: Final = ALL + "/{product_id}"
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)


@router.post(ALL, summary="Draft a financing product", status_code=201, response_model=ProductOut,
             responses=problem_answers(401, 403, 422))  # fmt: skip
async def draft_financing_product(caller: Bank, body: ProductIn, session: Db, now: Now) -> Response:
    """What a bank lends against patents, and on what terms; nobody else sees it before it is published."""
    product = await service.draft(session, caller, body, now)
    return created(product_out(product), product.version, f"/v1/financing-products/{product.id}")


@router.get(ALL, summary="Financing products", response_model=ProductPage, responses=problem_answers(401, 422))
async def list_financing_products(
    request: Request, caller: MaybeCaller, query: Annotated[ProductsQuery, Query()], session: ReadDb
) -> Response:
    """Published ones for everybody, with `mine` a bank's own; the newest first."""
    keys: Any = (queries.CREATED_AT, queries.PRODUCT_ID)
    rows, cursor = await page(session, request, query, queries.products(caller, query), *keys, descending=True)
    return listed([product_out(row[0]) for row in rows], cursor)


@router.get(ONE, summary="One financing product", response_model=ProductOut, responses=problem_answers(401, 404))
async def get_financing_product(request: Request, product: SeenProduct) -> Response:
    """A published product, or one of the caller's own bank."""
    return one(request, product_out(product), product.version)


@router.patch(ONE, summary="Change the draft of a product", response_model=ProductOut,
              responses=problem_answers(401, 403, 404, 409, 412, 422, 428))  # fmt: skip
async def edit_financing_product(
    seen: IfMatch, held: OwnProduct, body: ProductPatch, session: Db, now: Now
) -> Response:
    """What is named is changed. A published one stays as it is: withdraw it and publish another."""
    seen.check(held.product.version)
    product = await service.edit(session, held.product, body, held.caller, now)
    return changed(product_out(product), product.version)


@router.post(f"{ONE}/publication", summary="Publish a product", response_model=ProductOut, responses=STEP)
async def publish_financing_product(seen: MayMatch, held: OwnProduct, session: Db, now: Now) -> Response:
    """Everybody sees it from now on, and it is ranked for requests."""
    seen.check(held.product.version)
    product = await service.publish(session, held.product, held.caller, now)
    return changed(product_out(product), product.version)


@router.post(f"{ONE}/withdrawal", summary="Withdraw a product", response_model=ProductOut, responses=STEP)
async def withdraw_financing_product(seen: MayMatch, held: ProductToWithdraw, session: Db, now: Now) -> Response:
    """Nobody else sees it any more; requests that were disclosed for it go on."""
    seen.check(held.product.version)
    product = await service.withdraw(session, held.product, held.caller, now)
    return changed(product_out(product), product.version)


@router.get("/financing-requests/{financing_request_id}/products", summary="Products that suit a request",
            response_model=FitsOut, responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_suitable_products(
    request: Request,
    own: OwnRequestToSee,
    query: Annotated[FitsQuery, Query()],
    session: ReadDb,
    today: Today,
) -> Response:
    """Every published product, ranked, with what speaks for it, what against it, and what is not known."""
    key, purpose = request.app.state.settings.key("cursor"), question(request, query)
    start = 0 if query.cursor is None else unsign(key, purpose, query.cursor)
    if not isinstance(start, int):
        raise InvalidCursor
    found = await matching.fits(session, own, today)
    end = start + query.limit
    items = await matching.fits_out(session, found[start:end], language_of(request))
    cursor = sign(key, purpose, end) if end < len(found) else None
    return plain(FitsOut(items=items, compared=len(found), next_cursor=cursor))
