"""What financing keeps about people: who asked, read, answered, drafted and approved."""

from typing import Any, Final

import sqlalchemy as sa

from backend.accounts.models import User
from backend.core.database.columns import table_of
from backend.core.errors import Text
from backend.core.personal_data import Erasure, PersonalData
from backend.financing import models

USER: Final = table_of(User)
EVIDENCE: Final = Text(
    "融资往来与查阅记录是双方的证据，须可举证。",
    "what was disclosed, read, offered and accepted is evidence for both sides",
)


def _kept(model: type[Any], column: str, zh: str, en: str, *shows: str) -> PersonalData:
    found: sa.Column[Any] = table_of(model).c[column]
    return PersonalData(
        column=found, purpose=Text(zh, en), erasure=Erasure.PSEUDONYMISED, kept_because=EVIDENCE, shows=("id", *shows)
    )


PERSONAL_DATA: Final = (
    _kept(models.FinancingProduct, "created_by", "谁起草了产品", "who drafted a product", "created_at"),
    _kept(models.FinancingRequest, "created_by", "谁起草了融资申请", "who drafted a request", "created_at"),
    _kept(models.FinancingRequest, "submitted_by", "谁提交了融资申请", "who submitted a request", "submitted_at"),
    _kept(models.PledgorConsent, "answered_by", "谁答复了出质请求", "who answered for a pledgor", "answered_at"),
    _kept(models.Disclosure, "created_by", "谁披露了融资申请", "who disclosed a request", "created_at"),
    _kept(models.Disclosure, "declined_by", "谁谢绝了融资申请", "who declined a request", "ended_at"),
    PersonalData(
        column=table_of(models.FinancingView).c.user_id,
        purpose=Text("谁阅读了融资申请", "who read a request"),
        erasure=Erasure.PSEUDONYMISED,
        kept_because=EVIDENCE,
        shows=("disclosure_id", "organisation_id", "parts", "file_id", "at"),
    ),
    _kept(models.FinancingQuestion, "asked_by", "谁提出了问题", "who asked a question", "asked_at"),
    _kept(models.FinancingQuestion, "answered_by", "谁答复了问题", "who answered a question", "answered_at"),
    _kept(models.FinancingOffer, "drafted_by", "谁起草了报价", "who drafted an offer", "drafted_at"),
    _kept(models.FinancingOffer, "approved_by", "谁批准了报价", "who approved an offer", "approved_at"),
    _kept(models.FinancingOffer, "closed_by", "谁答复或撤回了报价", "who answered or withdrew an offer", "closed_at"),
    _kept(models.FinancingGuarantee, "asked_by", "谁请求了担保", "who asked for a guarantee", "asked_at"),
    _kept(models.FinancingGuarantee, "answered_by", "谁答复了担保请求", "who answered for a guarantor", "answered_at"),
)
REFERENCES: Final = (
    *((data.column, USER.c.id) for data in PERSONAL_DATA),
    (table_of(models.FinancingRequest).c.accepted_offer_id, table_of(models.FinancingOffer).c.id),
)
