"""What a bank sees of what it is owed."""

from datetime import date

from pydantic import Field

from backend.core.http.schemas import Out
from backend.loans.codes import LoanStatus


class ExposureSumOut(Out):
    """Loans added up."""

    loans: int
    patents: int = Field(description="That are pledged for them, each once.")
    outstanding_fen: int = Field(description="Principal.")


class StatusExposureOut(ExposureSumOut):
    """Loans of one status."""

    status: LoanStatus


class CodeExposureOut(ExposureSumOut):
    """What falls to one technology field or cluster; the code is null where it is not known."""

    code: str | None
    label: str | None


class ExposureOut(Out):
    """What a bank is owed; loans that are repaid or closed are left out."""

    on: date
    total: ExposureSumOut
    pledged: ExposureSumOut = Field(description="Of it secured by registered pledges that stand.")
    without_pledge: ExposureSumOut
    by_status: list[StatusExposureOut]
    by_technology_field: list[CodeExposureOut] = Field(
        description="Of what is pledged, by WIPO's field of each patent's main class; a loan on several patents is "
        "divided evenly among them, so that the lines come to the sum of what is pledged."
    )
    by_cluster: list[CodeExposureOut] = Field(description="The same by the cluster that a patent was listed with last.")
