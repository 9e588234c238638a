"""The documents of a request, with the files that show them."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.files.models import StoredFile
from backend.files.service import reference
from backend.financing.codes import DocumentKind
from backend.financing.models import FinancingRequest
from backend.financing.requests.schemas import RequestDocumentOut


async def documents_out(session: AsyncSession, request: FinancingRequest) -> list[RequestDocumentOut]:
    """Return the documents in the order in which they were named."""
    ids = [document["file_id"] for document in request.documents]
    statement = sa.select(StoredFile).where(col(StoredFile.id).in_(ids))
    files = {file.id: file for file in await session.scalars(statement)}
    return [
        RequestDocumentOut(kind=DocumentKind(document["kind"]), file=reference(files[document["file_id"]]))
        for document in request.documents
    ]
