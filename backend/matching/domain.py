"""What matching brings to the platform."""

from typing import Final

from backend.accounts.models import User
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.events.domain_event import events_in
from backend.core.personal_data import Erasure, PersonalData
from backend.matching import events, routes, settings_routes, text_routes
from backend.matching.event_handlers import SYNC_HANDLERS
from backend.matching.models import MatchFeedback, MatchingSetting
from backend.matching.notification_templates import NOTIFICATION_TEMPLATES
from backend.matching.objections.consistency_checks import objection_sums
from backend.matching.process_memory import NAME, matching_memory
from backend.matching.standing import jobs
from backend.matching.standing.consistency_checks import standing_pairs

DOMAIN: Final = Domain(
    name="matching",
    routers=(text_routes.router, routes.router, settings_routes.router),
    tags={"matches": "Needs and listings that meet, each with what its score is made of; patents like a text or one."},
    scope="matchmaking",
    events=events_in(events),
    sync_handlers=SYNC_HANDLERS,
    notifications=NOTIFICATION_TEMPLATES,
    sweeps=(jobs.sweep,),
    consistency_checks=(("matches", standing_pairs), ("objections", objection_sums)),
    personal_data=(
        PersonalData(
            column=table_of(MatchFeedback).c.given_by,
            purpose=Text("谁评价了匹配", "who said what of a match"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=Text("评价属于单位，影响其看到的排序。", "it is the organisation's, whose order it changes"),
            shows=("match_id", "organisation_id", "verdict", "reasons", "note", "given_at"),
        ),
        PersonalData(
            column=table_of(MatchingSetting).c.user_id,
            purpose=Text("匹配如何显示", "how matches are shown"),
            erasure=Erasure.DELETED,
        ),
    ),
    references=((table_of(MatchFeedback).c.given_by, table_of(User).c.id),),
    services={NAME: matching_memory},
)
