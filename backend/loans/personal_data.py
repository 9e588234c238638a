"""What loans keep about people: who recorded, decided, proposed and answered."""

from typing import Any, Final

import sqlalchemy as sa

from backend.accounts.models import User
from backend.core.database.columns import table_of
from backend.core.errors import Text
from backend.core.personal_data import Erasure, PersonalData
from backend.loans import models

USER: Final = table_of(User)
EVIDENCE: Final = Text("贷款的账目是各方的证据，须可举证。", "the account of a loan is evidence for its sides")


def _kept(model: type[Any], column: str, zh: str, en: str, *shows: str) -> PersonalData:
    found: sa.Column[Any] = table_of(model).c[column]
    return PersonalData(
        column=found, purpose=Text(zh, en), erasure=Erasure.PSEUDONYMISED, kept_because=EVIDENCE, shows=("id", *shows)
    )


PERSONAL_DATA: Final = (
    _kept(models.Loan, "disbursed_by", "谁记录了放款", "who recorded a disbursement", "disbursed_at"),
    _kept(models.LoanRepayment, "recorded_by", "谁记录了还款", "who recorded a repayment", "recorded_at"),
    _kept(models.LoanRepayment, "decided_by", "谁答复或冲正了还款", "who answered or reversed one", "decided_at"),
    _kept(models.LoanCosts, "recorded_by", "谁登记了费用", "who entered costs", "recorded_at"),
    _kept(models.LoanExtension, "proposed_by", "谁提议了展期", "who proposed an extension", "proposed_at"),
    _kept(models.LoanExtension, "answered_by", "谁答复了展期", "who answered an extension", "answered_at"),
    _kept(models.LoanCompensation, "computed_by", "谁触发了补偿计算", "whose step compensated a loan", "computed_at"),
    _kept(models.LoanRecovery, "recorded_by", "谁记录了追偿收回", "who recorded a recovery", "recorded_at"),
)
REFERENCES: Final = tuple((data.column, USER.c.id) for data in PERSONAL_DATA)
