"""What the reading of files brings to the platform; what their rows mean is for the domains that bring the kinds."""

from typing import Final

from backend.accounts.models import User
from backend.core.database.columns import table_of
from backend.core.domain import Domain
from backend.core.errors import Text
from backend.core.personal_data import Erasure, PersonalData
from backend.core.state_diagrams import Machine
from backend.imports import consistency_checks, jobs, routes, rules
from backend.imports.models import Import
from backend.imports.rules import RUN, RUN_LARGE
from backend.imports.storage_quota import usage

DOMAIN: Final = Domain(
    name="imports",
    routers=(routes.uploads, routes.router),
    tags={"imports": "Registers uploaded as CSV or XLSX."},
    scope="imports",
    jobs={RUN: jobs.run, RUN_LARGE: jobs.run_large},
    usage_counters=(usage,),
    state_machines=(
        Machine(Text("导入", "Import"), "backend/imports/rules.py", rules.TRANSITIONS, (rules.Status.RECEIVED,)),
    ),
    consistency_checks=(
        ("imports", consistency_checks.counts),
        ("imported files", consistency_checks.files),
        ("forgotten files", consistency_checks.orphans),
    ),
    references=((table_of(Import).c.user_id, table_of(User).c.id),),
    personal_data=(
        PersonalData(
            column=table_of(Import).c.user_id,
            purpose=Text("谁上传了登记册", "who sent a register"),
            erasure=Erasure.PSEUDONYMISED,
            kept_because=Text("登记信息的来源须可查。", "where a register's entries came from must be known"),
            shows=("id", "organisation_id", "kind", "mode", "filename", "size", "created_at"),
        ),
    ),
)
