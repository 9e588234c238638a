"""Every confirmed statement of the law that appraisals are about, and what holds it."""

from typing import Final

from tests.rights.law_open_licences import not_here, tests

APPRAISAL: Final = (
    tests(
        "5",
        "a report uses two methods or more, unless only one fits (Asset Appraisal Law 26)",
        "test_a_report_that_is_not_in_order_is_refused",
    ),
    tests(
        "5",
        "two professionals sign a report at least (Asset Appraisal Law 27)",
        "test_a_report_is_signed_by_two_and_is_a_pdf",
    ),
    tests(
        "5",
        "records are kept for 15 years, for 30 where a law demands the appraisal (Asset Appraisal Law 29)",
        "test_a_report_is_kept_for_fifteen_or_thirty_years",
    ),
    not_here(
        "5",
        "who may work as an appraiser (Asset Appraisal Law)",
        "an institution is named, and confirms or denies; its licence is not examined here",
    ),
)
