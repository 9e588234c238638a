"""Patent numbers: any spelling in, one canonical form out; nothing is guessed.

Chinese application numbers: ZC 0006-2003 (year, kind, seven-digit serial, check digit) since 2003-10-01, before that
two digits of the year, kind, five-digit serial, check digit. Kind codes of publications and grants: ZC 0008-2004.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from operator import mul
from typing import Final

from backend.core.errors import Text
from backend.patents.codes import PatentKind


class NumberRole(StrEnum):
    """What a number counts; a foreign number's role is told by the field it is given in."""

    APPLICATION = "application"
    PUBLICATION = "publication"
    GRANT = "grant"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Number:
    """One patent number: its office (WIPO ST.3), what it counts, its one spelling, and the kind that it tells."""

    office: str
    role: NumberRole
    canonical: str
    kind: PatentKind | None = None


class NumberWrong(ValueError):
    """The text is no patent number; says with a stable code why, and what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail, self.cure = WRONG[code]


WRONG: Final[dict[str, tuple[Text, Text]]] = {
    "number_ruined_by_spreadsheet": (
        Text(
            "号码已被电子表格改成科学计数法，原数字已丢失。", "A spreadsheet rounded this number; its digits are lost."
        ),
        Text(
            "请在原始数据中把该列设为文本格式后重新导出，填入完整号码。",
            "Format the column as text in the original, export it again, and give the whole number.",
        ),
    ),
    "check_digit_wrong": (
        Text("校验位与号码不符，号码中至少有一位有误。", "The check digit does not fit: some digit is wrong."),
        Text("请对照受理通知书或专利证书核对。", "Compare it with the filing receipt or the certificate."),
    ),
    "check_digit_missing": (
        Text("缺少校验位（小数点后的一位）。", "The check digit (the one after the dot) is missing."),
        Text("请补上校验位，例如 201710601862.3。", "Add the check digit, as in 201710601862.3."),
    ),
    "number_length_wrong": (
        Text("号码位数不对。", "The number has the wrong length."),
        Text(
            "申请号为 12 位（2003 年 10 月前为 8 位）加校验位；公开（公告）号为 CN、7 至 9 位数字和种类代码。",
            "An application number has 12 digits (8 before October 2003) and a check digit; a publication number has "
            "CN, 7 to 9 digits and a kind code.",
        ),
    ),
    "number_year_wrong": (
        Text("号码中的年份不可能。", "The year in the number is not possible."),
        Text("请核对号码开头的年份。", "Check the year that the number begins with."),
    ),
    "number_type_wrong": (
        Text("号码中的专利种类位不存在。", "The digit that tells the kind of patent does not exist."),
        Text(
            "种类位应为 1 发明、2 实用新型、3 外观设计、8 或 9（PCT）。",
            "It is 1 for an invention, 2 for a utility model, 3 for a design, 8 or 9 for PCT.",
        ),
    ),
    "number_kind_code_missing": (
        Text(
            "缺少文献种类代码，分不清公开号与授权公告号。", "Without its kind code it may be a publication or a grant."
        ),
        Text("请补上末尾字母，例如 CN107123456A。", "Add the letter at the end, as in CN107123456A."),
    ),
    "number_kind_code_wrong": (
        Text("文献种类代码与号码不符。", "The kind code does not fit the number."),
        Text("请核对末尾字母与第一位数字。", "Check the letter at the end and the first digit."),
    ),
    "number_of_another_sort": (
        Text("该号码与所填栏目不符。", "The number does not belong in this field."),
        Text(
            "申请号与公开（公告）号请分别填写。",
            "Give application numbers and publication numbers in their own fields.",
        ),
    ),
    "number_not_recognised": (
        Text("这不是专利号码。", "This is not a patent number."),
        Text("请填写申请号、公开号或授权公告号。", "Give an application, publication or grant number."),
    ),
}

RUINED: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]?\d+")
SPACES: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
DOTTED: Final = re.compile(r"(\d+)\.([0-9X])")
APPLICATION: Final = re.compile(r"(\d{12}|\d{8})([0-9X])")
DOCUMENT: Final = re.compile(r"(\d+)([A-Z]\d?)")
FOREIGN: Final = re.compile(r"[A-Z]{2}[A-Z0-9]*\d[A-Z0-9]*")
PCT: Final = re.compile(r"PCT/?([A-Z]{2})(\d{2}|\d{4})/?(\d{5,6})")
LONGEST: Final = 40
NEW_YEARS: Final = range(2003, 2100)
OLD_YEARS: Final = frozenset({*range(85, 100), *range(4)})
UNCHECKED_LENGTHS: Final = (12, 8)
DOCUMENT_LENGTHS: Final = frozenset({7, 9})
YEAR_FORM: Final = 8  # documents of 1985 to 1992 were numbered like applications: CN85100001A
YEAR_FORM_YEARS: Final = range(85, 93)
WEIGHTS: Final = (*range(2, 10), *range(2, 6))

KIND_DIGITS: Final = {
    "1": PatentKind.INVENTION,
    "2": PatentKind.UTILITY_MODEL,
    "3": PatentKind.DESIGN,
    "8": PatentKind.INVENTION,
    "9": PatentKind.UTILITY_MODEL,
}
DOCUMENT_KINDS: Final = {
    "A": (NumberRole.PUBLICATION, PatentKind.INVENTION),
    "B": (NumberRole.GRANT, PatentKind.INVENTION),
    "C": (NumberRole.GRANT, PatentKind.INVENTION),
    "U": (NumberRole.GRANT, PatentKind.UTILITY_MODEL),
    "Y": (NumberRole.GRANT, PatentKind.UTILITY_MODEL),
    "S": (NumberRole.GRANT, PatentKind.DESIGN),
    "D": (NumberRole.GRANT, PatentKind.DESIGN),
}


def check_digit(digits: str) -> str:
    """Return the check digit of an application number's 8 or 12 digits: weights 2 to 9 repeated, modulo 11."""
    return "0123456789X"[sum(map(mul, map(int, digits), WEIGHTS)) % 11]


def parse_number(text: str, office: str = "CN") -> Number:
    """Return the number that `text` spells in whatever way: CN, ZL, blanks, full width, with or without the dot.

    `office` is taken where the text names none. Raises NumberWrong.
    """
    plain = SPACES.sub("", unicodedata.normalize("NFKC", text).upper())
    if len(plain) > LONGEST or not plain.isascii():
        raise NumberWrong("number_not_recognised")
    if RUINED.fullmatch(plain):
        raise NumberWrong("number_ruined_by_spreadsheet")
    if pct := PCT.fullmatch(plain):
        return Number("WO", NumberRole.APPLICATION, f"PCT/{pct[1]}{pct[2]}/{pct[3]}")
    joined = plain.replace("-", "")
    if joined.startswith(("CN", "ZL")):
        return _chinese(joined[2:].lstrip("."))
    if joined[:1].isdigit() and office == "CN":
        return _chinese(joined)
    return _foreign(re.sub(r"[.,/]", "", joined), office)


def _foreign(joined: str, office: str) -> Number:
    whole = office + joined if joined[:1].isdigit() else joined
    if not FOREIGN.fullmatch(whole):
        raise NumberWrong("number_not_recognised")
    return Number(whole[:2], NumberRole.UNKNOWN, whole)


def _chinese(number: str) -> Number:
    dotted = DOTTED.fullmatch(number)
    digits = dotted[1] + dotted[2] if dotted else number
    if digits.isdigit() and len(digits) in DOCUMENT_LENGTHS and not dotted and digits[0] in "123":
        return Number("CN", NumberRole.UNKNOWN, f"CN{digits}", KIND_DIGITS[digits[0]])
    if application := APPLICATION.fullmatch(digits):
        return _application(application[1], application[2])
    if document := DOCUMENT.fullmatch(digits):
        return _document(document[1], document[2])
    if not digits.isdigit():
        raise NumberWrong("number_not_recognised")
    raise NumberWrong("check_digit_missing" if len(digits) in UNCHECKED_LENGTHS else "number_length_wrong")


def _application(digits: str, check: str) -> Number:
    is_old = len(digits) == min(UNCHECKED_LENGTHS)
    year = int(digits[:2] if is_old else digits[:4])
    if year not in (OLD_YEARS if is_old else NEW_YEARS):
        raise NumberWrong("number_year_wrong")
    kind = KIND_DIGITS.get(digits[2 if is_old else 4])
    if kind is None:
        raise NumberWrong("number_type_wrong")
    if check_digit(digits) != check:
        raise NumberWrong("check_digit_wrong")
    return Number("CN", NumberRole.APPLICATION, f"{digits}.{check}", kind)


def _document(digits: str, code: str) -> Number:
    is_year_form = len(digits) == YEAR_FORM and int(digits[:2]) in YEAR_FORM_YEARS
    if len(digits) not in DOCUMENT_LENGTHS and not is_year_form:
        raise NumberWrong("number_length_wrong")
    role, kind = DOCUMENT_KINDS.get(code[0], (NumberRole.UNKNOWN, None))
    if kind is None or KIND_DIGITS.get(digits[2 if is_year_form else 0]) is not kind:
        raise NumberWrong("number_kind_code_wrong")
    return Number("CN", role, f"CN{digits}{code}", kind)
