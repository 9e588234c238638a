"""What members are told of appraisals."""

from typing import Final

from backend.appraisal.events import (
    AppraisalReportConfirmed,
    AppraisalReportDenied,
    AppraisalReportRecorded,
    RegisterExtractRecorded,
)
from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate

CATEGORY: Final = "appraisal"


def _template(zh: str, en: str) -> NotificationTemplate:
    return NotificationTemplate(CATEGORY, Text(zh, en), confidential=True)


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    RegisterExtractRecorded: _template(
        "已记录专利登记簿核对结果，评价随之更新。",
        "An extract of the register was recorded for a patent; its appraisal follows it.",
    ),
    AppraisalReportRecorded: _template(
        "对方记录了一份评估报告，请登录核对并确认或否认。",
        "The other side has recorded an appraisal report; sign in to read it, and confirm or deny it.",
    ),
    AppraisalReportConfirmed: _template("一份评估报告已获对方确认。", "An appraisal report was confirmed."),
    AppraisalReportDenied: _template(
        "一份评估报告被对方否认，理由见该报告。", "An appraisal report was denied; the report says why."
    ),
}
