import pytest

ADDRESS = "/v1/reference/working-days"


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        ("2026-09-25", 1, "2026-09-28"),  # a Friday before a plain week
        ("2025-01-24", 1, "2025-01-26"),  # a Sunday worked before the Spring Festival
        ("2025-01-27", 1, "2025-02-05"),  # the Spring Festival itself does not count
    ],
)
async def test_holidays_and_moved_working_days_are_counted_as_announced(client, start, count, day):
    answer = await client.get(ADDRESS, params={"from": start, "count": count})
    assert answer.json() == {"day": day, "provisional": False}


async def test_a_year_whose_calendar_is_not_announced_counts_weekdays_and_says_so(client):
    answer = await client.get(ADDRESS, params={"from": "2150-05-04", "count": 3})
    assert answer.json() == {"day": "2150-05-07", "provisional": True}


async def test_the_answer_can_be_kept(client):
    first = await client.get(ADDRESS, params={"from": "2026-09-25", "count": 250})
    again = await client.get(
        ADDRESS, params={"from": "2026-09-25", "count": 250}, headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize(
    "query",
    [{"from": "2026-09-25"}, {"from": "2026-02-30", "count": 1}, {"from": "2026-09-25", "count": 251},
     {"from": "9999-12-31", "count": 1}, {"from_": "2026-09-25", "count": 1}],
)  # fmt: skip
async def test_what_cannot_be_counted_is_refused(client, query):
    assert (await client.get(ADDRESS, params=query)).status_code == 422
