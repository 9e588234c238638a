"""What the core itself brings: whether the platform lives, its pages, and what is kept only for a time."""

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa

from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.log import EVENT
from backend.core.http import docs_page, health, retention
from backend.core.http.idempotency import ANSWER
from backend.core.jobs.records import Job
from backend.core.personal_data import Erasure, PersonalData, inside

JOB: Final = table_of(Job)
DONE: Final = Text("谁做了什么", "who did what")
LOG: Final = Text(
    "交易与登记的记录须完整，其中只有账户编号，没有姓名和邮箱。",
    "the record of deals and of the register has no gaps; it bears the id alone, neither name nor address",
)


def _by_caller(user_ids: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*[ANSWER.c.caller.endswith(f"/{user_id}", autoescape=True) for user_id in user_ids])


DOMAIN: Final = Domain(
    name="core",
    routers=(health.router, docs_page.router),
    sweeps=(retention.sweep,),
    personal_data=(
        PersonalData(
            column=EVENT.c.actor,
            purpose=DONE,
            erasure=Erasure.PSEUDONYMISED,
            kept_because=LOG,
            shows=("id", "type", "subject", "at"),
        ),
        PersonalData(
            column=EVENT.c.subject,
            purpose=Text("账户的变更", "changes of the account"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=LOG,
            shows=("id", "type", "at"),
        ),
        PersonalData(
            column=JOB.c.asked,
            purpose=Text("谁要求了长时间作业", "who asked for long work"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=LOG,
            rows=inside(JOB.c.asked),
            shows=("id", "kind", "owner", "created_at"),
        ),
        PersonalData(
            column=ANSWER.c.caller,
            purpose=Text("重复的请求得到同一答复，保存一天", "the same answer to a repeated request, for a day"),
            erasure=Erasure.DELETED,
            rows=_by_caller,
            shows=("caller", "key", "status", "at"),
        ),
    ),
)
