"""Small measures, so that tests reach them, and digests that wait for a second alone."""

import pytest

from backend.core.settings import Settings


@pytest.fixture(scope="module")
def settings(settings: Settings) -> Settings:
    measures = {"alert_quiet_seconds": 1, "alert_matches_kept": 12, "alert_hits_per_digest": 5}
    return settings.model_copy(update=measures)
