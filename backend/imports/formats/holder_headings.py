"""Which headings speak of a patent's holders, also those that the table of headings does not know.

Who holds a patent is not guessed: a file that names holders where nobody reads them is no file without holders.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from backend.imports.formats.headings import REPORT, fold, meaning

HOLDERS: Final = "holders"
APPLICANTS: Final = "applicants"
PARTIES: Final = frozenset({HOLDERS, APPLICANTS})
HELD: Final = re.compile(
    r"(?<![质質债債])[权權]人|[权權権]利(?:人|者|主体|主體|单位|單位)|[权權][属屬](?:人|者|单位|單位)|持有(?:人|者|方|单位|單位)"
    r"|所有(?:人|者|方|单位|單位)|[权權権]者|受[让讓]人|owner|holder|assignee|patentee|proprietor|grantee"
)
APPLIED: Final = re.compile(
    r"申[请請](?:人|者|方|单位|單位)|申[请請].{0,6}[权權].{0,2}(?:人|者|单位|單位)|出願人|applicant"
)
NO_NAME: Final = re.compile(
    r"地址|住所|[类類]|性[质質]|[国國]|省|市|[区區]|邮编|郵編|[电電][话話]|[数數]|代[码碼]|[编編][码碼号號]|[号號]|[证證]件|[联聯]系"
    r"|排名|[状狀][态態]|日期|[历歷]史|原|初始|[变變]更|[转轉][让讓]|曾用|(?<![当當目])前|addr|type|kind|categor|countr|nation"
    r"|state|province|city|region|code|count|number|phone|mail|contact|share|rank|date|history|former|previous|original"
)


def _speaks(heading: str, *patterns: re.Pattern[str]) -> bool:
    return any(pattern.search(fold(heading)) for pattern in patterns)


def names_holders(heading: str) -> bool:
    """Whether the heading is one of the holders' names, as far as anybody can tell; applicants are not meant."""
    return _speaks(heading, HELD) and not _speaks(heading, NO_NAME)


def names_parties(heading: str) -> bool:
    """Whether the heading is one of the names of holders or applicants, as far as anybody can tell."""
    return _speaks(heading, HELD, APPLIED) and not _speaks(heading, NO_NAME)


def unread_headings(
    headings: Sequence[str],
    fields: Sequence[str | None],
    among: Collection[str],
    wished: Iterable[str],
    beside: Iterable[Sequence[str]] = (),
) -> list[str]:
    """Return the headings that speak of holders where no column is read as theirs, for a kind whose rows have holders.

    `wished` are the headings of which the sender said what they mean, `beside` the rows near the one of the headings:
    where headings stand in two rows, one of them is not read. Beside applicants that are read only a name counts of
    which nothing was said; without them all counts that speaks of either, unless it is set aside and no name.
    """
    if not set(among) >= PARTIES or HOLDERS in fields:
        return []
    values = {fold(heading) for heading in wished}
    columns = [(h, field) for h, field in zip(headings, fields, strict=True) if field not in (*PARTIES, REPORT)]
    if APPLICANTS in fields:
        return [h for h, field in columns if field is None and names_holders(h) and fold(h) not in values]
    found = [h for h, _ in columns if _speaks(h, HELD, APPLIED) and (names_parties(h) or fold(h) not in values)]
    return found or list(_second_headings(fields, beside))


def _second_headings(fields: Sequence[str | None], beside: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in beside:
        for place, cell in enumerate(row):
            is_unread = place >= len(fields) or fields[place] is None
            if is_unread and meaning(cell, PARTIES):
                yield cell
