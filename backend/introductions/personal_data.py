"""What introductions keep about people: who asked, who answered, who wrote."""

from typing import Final

from backend.accounts.models import User
from backend.core.database.columns import table_of
from backend.core.errors import Text
from backend.core.personal_data import Erasure, PersonalData
from backend.introductions.models import Introduction, IntroductionMessage

INTRODUCTION: Final = table_of(Introduction)
MESSAGE: Final = table_of(IntroductionMessage)
USER: Final = table_of(User)
BETWEEN_TWO: Final = Text(
    "引荐是两个单位之间的往来，另一方须能查阅。",
    "an introduction is what two organisations say to each other, and the other one reads it too",
)

PERSONAL_DATA: Final = (
    PersonalData(
        column=INTRODUCTION.c.requester_user_id,
        purpose=Text("谁请求了引荐", "who asked for an introduction"),
        erasure=Erasure.PSEUDONYMISED,
        kept_because=BETWEEN_TWO,
        shows=("id", "requester_organisation_id", "message", "requester_shares", "asked_at"),
    ),
    PersonalData(
        column=INTRODUCTION.c.answerer_user_id,
        purpose=Text("谁答复了引荐", "who answered an introduction"),
        erasure=Erasure.PSEUDONYMISED,
        kept_because=BETWEEN_TWO,
        shows=("id", "answerer_organisation_id", "decline_reason", "decline_note", "answerer_shares", "answered_at"),
    ),
    PersonalData(
        column=MESSAGE.c.user_id,
        purpose=Text("引荐中的消息", "messages in introductions"),
        erasure=Erasure.PSEUDONYMISED,
        kept_because=BETWEEN_TWO,
        shows=("id", "introduction_id", "organisation_id", "text", "sent_at"),
    ),
)
REFERENCES: Final = tuple((data.column, USER.c.id) for data in PERSONAL_DATA)
