"""Which published products suit a request, with reasons."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Organisation
from backend.financing import queries as requests
from backend.financing.appraisals.service import appraised_value
from backend.financing.models import FinancingRequest
from backend.financing.products import queries
from backend.financing.products.presenters import product_out
from backend.financing.products.ranking_rules import VERDICT_TEXTS, Fit, RequestFacts, ranked
from backend.financing.products.schemas import AspectOut, FitOut
from backend.patents import queries as patents


async def fits(session: AsyncSession, request: FinancingRequest, today: date) -> list[Fit]:
    """Return every published product with how it fits the request today, the most suitable first."""
    return ranked(await queries.published_terms(session), await _request_facts(session, request, today))


async def _request_facts(session: AsyncSession, request: FinancingRequest, today: date) -> RequestFacts:
    patent_rows = await requests.patents_of(session, request.id)
    wholes = await patents.load_all(session, [row.patent_id for row in patent_rows])
    organisation = await session.get_one(Organisation, request.organisation_id)
    kinds = [whole.patent.kind for whole in wholes]
    return RequestFacts(
        amount_fen=request.amount_fen,
        term_months=request.term_months,
        region=organisation.region,
        kinds=frozenset(kind.value for kind in kinds if kind is not None),
        ipc=frozenset(symbol for whole in wholes for symbol in whole.patent.ipc),
        documents=frozenset(document["kind"] for document in request.documents),
        value_fen=await appraised_value(session, request, today),
        has_unknown_kind=None in kinds,
    )


async def fits_out(session: AsyncSession, found: Sequence[Fit], language: str) -> list[FitOut]:
    """Return the products with the reasons for and against each."""
    products = await queries.by_id(session, [fit.terms.id for fit in found])
    return [
        FitOut(
            product=product_out(products[fit.terms.id]),
            fits=all(verdict.fits is not False for verdict in fit.verdicts),
            reasons_for=_reasons(fit, True, language),
            reasons_against=_reasons(fit, False, language),
            not_known=_reasons(fit, None, language),
        )
        for fit in found
    ]


def _reasons(fit: Fit, fits: bool | None, language: str) -> list[AspectOut]:
    return [
        AspectOut(aspect=verdict.aspect, detail=VERDICT_TEXTS[verdict.aspect, fits].say(language, {}))
        for verdict in fit.verdicts
        if verdict.fits is fits
    ]
