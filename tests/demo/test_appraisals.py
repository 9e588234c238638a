"""The demonstration has appraisals in which something is known by an extract, and a report that was confirmed."""

from pathlib import Path

import sqlalchemy as sa

from backend.appraisal.codes import ReportStatus, Scenario
from backend.appraisal.consistency_checks import reports
from backend.appraisal.models import AppraisalReport, RegisterExtract
from backend.appraisal.policy import appraisal_policy
from backend.appraisal.presenters import appraisal_out
from backend.appraisal.service import appraise
from backend.core.clock import Clock
from backend.core.consistency import Line, Site
from backend.core.database.engines import make_job_engine
from backend.core.database.sessions import Database
from backend.core.storage.blobs import make_blobs
from backend.demo.load import load
from backend.patents import queries
from tests.demo.test_seed import fresh

SIZE = 500


async def test_a_newcomer_sees_an_appraisal_with_an_extract_and_a_confirmed_report(tmp_path: Path) -> None:
    settings = fresh("sqlite", tmp_path, "appraisals")
    clock, policy = Clock(), appraisal_policy(settings)
    database = Database(settings, clock)
    try:
        await load(database, SIZE, lambda _: None)
        async with database.read() as session:
            extracts = (await session.scalars(sa.select(RegisterExtract))).all()
            (report,) = (await session.scalars(sa.select(AppraisalReport))).all()
            whole = await queries.load(session, report.patent_id)
            assert whole is not None
            found = await appraise(session, whole, Scenario.FINANCING, clock.now(), policy)
        assert len(extracts) == 3
        assert (report.status, report.number) == (ReportStatus.CONFIRMED, "DEMO-A000001")
        values = {line.code: line.value for line in appraisal_out(found, policy, "zh").indicators}
        assert values["pledges"] == values["restrictions"] == "none"
        engine = make_job_engine(settings)
        site = Site(database, {}, make_blobs(settings, engine), repair=False, follows=True)
        line = Line("appraisal reports")
        await reports(site, line)
        engine.dispose()
        assert (line.looked_at, line.differences) == (1, 0), line.examples
    finally:
        await database.close()
