"""How codes of appraisals are called in both languages."""

from collections.abc import Mapping
from typing import Final

from backend.appraisal.codes import IndicatorGroup, Scenario, Source
from backend.core.errors import Text
from backend.rights.codes import LicenceType, RightKind

SCENARIOS: Final[Mapping[Scenario, Text]] = {
    Scenario.LICENCE_OR_TRANSFER: Text("许可或转让", "Licence or transfer"),
    Scenario.FINANCING: Text("融资", "Financing"),
    Scenario.REPORTING: Text("财务报告", "Financial reporting"),
    Scenario.INFRINGEMENT_RELIEF: Text("侵权救济", "Relief for infringement"),
    Scenario.MANAGEMENT: Text("管理", "Management"),
}
GROUPS: Final[Mapping[IndicatorGroup, Text]] = {
    IndicatorGroup.LEGAL: Text("法律", "Legal"),
    IndicatorGroup.TECHNICAL: Text("技术", "Technical"),
    IndicatorGroup.ECONOMIC: Text("经济", "Economic"),
}
SOURCES: Final[Mapping[Source, Text]] = {
    Source.REGISTER: Text("著录项目（官方）", "Office's row"),
    Source.HOLDER_ROW: Text("著录项目（自述）", "Holder's row"),
    Source.HOLDER_STATEMENT: Text("权利人陈述", "Holder's word"),
    Source.LEGAL_EVENT: Text("法律事件（官方）", "Office's events"),
    Source.HOLDER_EVENT: Text("法律事件（自述）", "Holder's events"),
    Source.HOLDINGS: Text("持有关系", "Holdings"),
    Source.LEDGER: Text("权利负担", "Ledger of rights"),
    Source.REGISTER_EXTRACT: Text("登记簿核对", "Register extract"),
    Source.LISTING: Text("挂牌", "Listing"),
    Source.ASSESSMENT: Text("盘点", "Stock-taking"),
    Source.LICENCES: Text("许可", "Licences"),
    Source.PAYMENTS: Text("付款", "Payments"),
    Source.COMPARABLES: Text("可比成交", "Comparables"),
}
VALUES: Final[Mapping[str, Text]] = {
    "in_force": Text("有效", "in force"),
    "in_grace": Text("年费滞纳期内", "in grace"),
    "pending": Text("审查中", "pending"),
    "ended": Text("已终止", "ended"),
    "invention_granted": Text("发明，已实质审查", "invention, examined"),
    "utility_model_granted": Text("实用新型，初步审查", "utility model, in form"),
    "grantable": Text("符合授权条件", "grantable"),
    "not_grantable": Text("不符合授权条件", "not grantable"),
    "survived": Text("经无效程序维持", "survived"),
    "none": Text("无", "none"),
    "in_part": Text("部分无效", "invalid in part"),
    "requested": Text("无效请求待决", "request waits"),
    "paid": Text("已缴", "paid"),
    "unpaid": Text("欠缴", "unpaid"),
    "standing": Text("存在", "stands"),
    "unlicensed": Text("无许可", "no licence"),
    "non_exclusive": Text("普通或开放许可", "ordinary or open"),
    "sole": Text("排他许可", "sole licence"),
    "exclusive": Text("独占许可", "exclusive licence"),
    "one": Text("单独权利人", "one holder"),
    "two": Text("两个权利人", "two holders"),
    "several": Text("多个权利人", "several holders"),
    "disputed": Text("有争议", "disputed"),
}
UNITS: Final[Mapping[str, Text]] = {
    "months": Text("{value} 个月", "{value} months"),
    "words": Text("{value} 字", "{value} words"),
    "level": Text("{value} 级", "level {value}"),
    "count": Text("{value} 个", "{value}"),
    "years": Text("{value} 年", "{value} years"),
    "rank": Text("位次 {value}/1000", "rank {value}/1,000"),
}
RIGHTS: Final[Mapping[RightKind, Text]] = {
    RightKind.LICENCE: Text("许可", "Licence"),
    RightKind.OPEN_LICENCE: Text("开放许可", "Open licence"),
    RightKind.PLEDGE: Text("质押", "Pledge"),
    RightKind.OPTION: Text("选择权", "Option"),
    RightKind.RECEIVABLE: Text("应收账款", "Receivable"),
    RightKind.CO_OWNER_AGREEMENT: Text("共有约定", "Agreement of co-owners"),
    RightKind.SUSPENSION: Text("中止", "Suspension"),
    RightKind.SEIZURE: Text("查封", "Seizure"),
    RightKind.OBSTACLE: Text("其他障碍", "Other obstacle"),
}
LICENCES: Final[Mapping[LicenceType, Text]] = {
    LicenceType.EXCLUSIVE: Text("独占许可", "Exclusive licence"),
    LicenceType.SOLE: Text("排他许可", "Sole licence"),
    LicenceType.ORDINARY: Text("普通许可", "Ordinary licence"),
    LicenceType.OPEN: Text("开放许可下的许可", "Licence under an open licence"),
}


def value_label(value: int | str | None, unit: str, language: str) -> str | None:
    """Return a value in words, or None where there is none."""
    if value is None:
        return None
    if isinstance(value, str):
        return VALUES[value].say(language, {})
    if unit == "fen":
        return f"¥{value // 100:,}.{value % 100:02}"
    return UNITS[unit].say(language, {"value": value})
