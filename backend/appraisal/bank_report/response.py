"""The appraisal on paper as the answer to a request."""

import asyncio
from typing import Final

from fastapi import Request, Response

from backend.appraisal.bank_report.document import appraisal_pdf
from backend.appraisal.schemas import AppraisalOut
from backend.core.documents.paper import Language
from backend.core.http.problems import language_of

PDF: Final = "application/pdf"


def paper_language(request: Request) -> Language:
    """Return the language that comes first on the paper."""
    return "en" if language_of(request) == "en" else "zh"


async def pdf_response(out: AppraisalOut, language: Language) -> Response:
    """Return the paper of an appraisal as a file, which no cache keeps."""
    paper = await asyncio.to_thread(appraisal_pdf, out, language)
    headers = {
        "Content-Disposition": f'attachment; filename="appraisal-{out.patent.id}.pdf"',
        "Cache-Control": "private, no-store",
        "Vary": "Accept-Language, Authorization",
    }
    return Response(paper, 200, headers, PDF)
