"""What a bank's question and its answer look like outside."""

from pydantic import ConfigDict, Field

from backend.core.http.schemas import Body, Moment, Out
from backend.files.schemas import FileIds, FileRef
from backend.financing.terms_schemas import Text2000, Text5000


class FinancingQuestionIn(Body):
    """What a bank or guarantor asks the enterprise."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "请补充近三年的销售合同。"}]})
    text: Text2000


class FinancingAnswerIn(Body):
    """What the enterprise answers, with files that only the asking organisation reads."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "已附上。"}]})
    text: Text5000
    files: FileIds = Field([])


class FinancingQuestionOut(Out):
    """A question and its answer; the enterprise and the asking organisation alone know of it."""

    id: str
    version: int
    request_id: str
    organisation_id: str = Field(description="Who asks.")
    text: str
    asked_at: Moment
    answer: str | None
    files: list[FileRef]
    answered_at: Moment | None


class FinancingQuestionPage(Out):
    """One page of questions, the newest first."""

    items: list[FinancingQuestionOut]
    next_cursor: str | None
