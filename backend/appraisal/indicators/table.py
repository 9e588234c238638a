"""The platform's own indicators. A changed row, formula or point is a new version of the table."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from backend.appraisal.codes import Direction, IndicatorGroup, Source
from backend.appraisal.indicators.definitions import Indicator
from backend.core.errors import Text

VERSION: Final = "1"
INCOME_MONTHS: Final = 36
L, T, E = IndicatorGroup.LEGAL, IndicatorGroup.TECHNICAL, IndicatorGroup.ECONOMIC
EVENTS: Final = (Source.LEGAL_EVENT, Source.HOLDER_EVENT)  # of an office, or as a holder recorded them
ROW: Final = (Source.REGISTER, Source.HOLDER_ROW)
UP, DOWN, NAMED = Direction.HIGHER, Direction.LOWER, Direction.NAMED

LEGAL: Final = (
    Indicator(
        code="legal_status", group=L, unit="code", direction=NAMED, sources=EVENTS,
        label=Text("法律状态", "Legal status"),
        formula=Text("登记簿所示法律状态；核查日期过久的视为未知。",
                     "The legal status by the register; one that was last checked too long ago is unknown."),
        named={"in_force": 100, "in_grace": 40, "pending": 30, "ended": 0},
    ),
    Indicator(
        code="remaining_term", group=L, unit="months", direction=UP, sources=ROW,
        label=Text("剩余保护期", "Remaining term"),
        formula=Text("自当日至期限届满的整月数；已失效的为零。",
                     "Whole months from the day to the end of the term; none of a right that has ended."),
        points=((0, 0), (12, 10), (36, 40), (60, 60), (120, 90), (180, 100)),
    ),
    Indicator(
        code="claim_breadth", group=L, unit="words", direction=DOWN, sources=ROW,
        label=Text("权利要求范围", "Breadth of the first claim"),
        formula=Text("首项权利要求的字数（汉字逐字计，其他文字按词计）；越短限定越少。",
                     "Words of the first claim, a Chinese character as one; the fewer, the fewer limits it has."),
        points=((80, 100), (150, 85), (300, 60), (600, 30), (1_200, 10)),
    ),
    Indicator(
        code="examination", group=L, unit="code", direction=NAMED, sources=(*ROW, *EVENTS),
        label=Text("审查程度", "Examination"),
        formula=Text("已授权发明经实质审查；已授权实用新型仅经初步审查；其余为审查中或已失效。",
                     "A granted invention was examined in substance, a granted utility model in form only."),
        named={"invention_granted": 100, "utility_model_granted": 40, "pending": 10, "ended": 0},
    ),
    Indicator(
        code="evaluation_report", group=L, unit="code", direction=NAMED, sources=EVENTS,
        label=Text("专利权评价报告", "Patent right evaluation report"),
        formula=Text("最近一份评价报告的结论；发明专利不适用，按满分计。",
                     "What the last report came to; it does not apply to inventions, which have all points."),
        named={"grantable": 100, "not_grantable": 0}, not_applicable_points=100,
    ),
    Indicator(
        code="invalidation", group=L, unit="code", direction=NAMED,
        sources=(*EVENTS, Source.REGISTER_EXTRACT),
        label=Text("无效宣告历史", "History of invalidation"),
        formula=Text("未决的无效请求、部分无效、经无效程序维持，或登记簿核对无记录；未经核对的为未知。",
                     "A request that waits, invalidity in part, a request survived, or none by an extract of the "
                     "register; without such an extract nothing but a request that waits is known."),
        named={"survived": 100, "none": 80, "in_part": 50, "requested": 20, "ended": 0},
    ),
    Indicator(
        code="annuities", group=L, unit="code", direction=NAMED, sources=EVENTS,
        label=Text("年费缴纳", "Annuities"),
        formula=Text("已记录的年费是否维持至今；无记录的为未知，审查中的不适用。",
                     "Whether the recorded annuities keep the right alive; unknown where none is recorded."),
        named={"paid": 100, "unpaid": 10, "ended": 0}, not_applicable_points=0,
    ),
    Indicator(
        code="restrictions", group=L, unit="code", direction=NAMED,
        sources=(*EVENTS, Source.LEDGER, Source.REGISTER_EXTRACT),
        label=Text("中止与查封", "Suspension and seizure"),
        formula=Text("有中止、保全或查封；或登记簿核对无记录；未经核对的为未知。",
                     "One that stands, or none by an extract of the register; else unknown."),
        named={"none": 100, "standing": 0},
    ),
    Indicator(
        code="pledges", group=L, unit="code", direction=NAMED, sources=(Source.LEDGER, Source.REGISTER_EXTRACT),
        label=Text("质押", "Pledges"),
        formula=Text("有质押；或登记簿核对无记录；未经核对的为未知。",
                     "One that stands, or none by an extract of the register; else unknown."),
        named={"none": 100, "standing": 0},
    ),
    Indicator(
        code="exclusivity", group=L, unit="code", direction=NAMED, sources=(Source.LEDGER, Source.REGISTER_EXTRACT),
        label=Text("可处分的独占性", "Exclusivity left"),
        formula=Text("有独占许可；或登记簿核对后为排他许可、普通许可或开放许可、无许可；未经核对的为未知。",
                     "An exclusive licence that stands; or, by an extract, a sole one, ordinary or open ones, none."),
        named={"unlicensed": 100, "non_exclusive": 80, "sole": 40, "exclusive": 20},
    ),
    Indicator(
        code="ownership", group=L, unit="code", direction=NAMED, sources=(Source.HOLDINGS,),
        label=Text("权属", "Ownership"),
        formula=Text("全部权利人均经核实时按人数计；有争议的为零；有未核实的为未知。",
                     "By how many hold it where all of them are verified; none where one is disputed."),
        named={"one": 100, "two": 70, "several": 50, "disputed": 0},
    ),
)  # fmt: skip
TECHNICAL: Final = (
    Indicator(
        code="stage", group=T, unit="level", direction=UP, sources=(Source.HOLDER_STATEMENT,),
        label=Text("技术成熟度", "Technology readiness"),
        formula=Text("挂牌所述的技术成熟度等级（权利人陈述）。", "The level that the listing states, by its holder."),
        points=((1, 5), (3, 25), (6, 60), (9, 100)),
    ),
    Indicator(
        code="ipc_breadth", group=T, unit="count", direction=UP, sources=ROW,
        label=Text("技术领域广度", "Breadth of classes"),
        formula=Text("不同国际专利分类小类的数量。", "How many different subclasses of the IPC there are."),
        points=((1, 40), (2, 60), (3, 80), (5, 100)),
    ),
    Indicator(
        code="technology_age", group=T, unit="years", direction=DOWN, sources=ROW,
        label=Text("技术年龄", "Age of the technology"),
        formula=Text("自申请日起的整年数。", "Whole years since the filing date."),
        points=((3, 100), (5, 90), (10, 60), (15, 30), (20, 0)),
    ),
    Indicator(
        code="grade", group=T, unit="rank", direction=DOWN, sources=(Source.ASSESSMENT,),
        label=Text("盘点等级", "Stock-taking grade"),
        formula=Text("最近一次盘点等级在等级表中的位次（最高为 0，最低为 1000）；超过盘点周期的为未知。",
                     "Where the last grade stands among the grades, from 0 (best) to 1,000; unknown once it is due "
                     "again."),
        points=((0, 100), (1_000, 10)),
    ),
)  # fmt: skip
ECONOMIC: Final = (
    Indicator(
        code="licences", group=E, unit="count", direction=UP, sources=(Source.LICENCES,),
        label=Text("有偿许可", "Licences for a fee"),
        formula=Text("在本平台生效的有偿许可数，关联方除外；没有记录的为未知。",
                     "Licences for a fee that took effect here, between unrelated sides; unknown where there is none."),
        points=((1, 40), (3, 70), (10, 100)),
    ),
    Indicator(
        code="licence_income", group=E, unit="fen", direction=UP, sources=(Source.PAYMENTS,),
        label=Text("许可收入", "Licence income"),
        formula=Text("近 36 个月内计入的许可付款之和，关联方除外；没有记录的为未知。",
                     "Payments for licences that count, of the last 36 months, between unrelated sides; unknown where "
                     "there is none."),
        points=((0, 0), (1_000_000, 20), (10_000_000, 50), (100_000_000, 80), (1_000_000_000, 100)),
    ),
    Indicator(
        code="market_median", group=E, unit="fen", direction=UP, sources=(Source.COMPARABLES,),
        label=Text("可比成交", "Comparable deals"),
        formula=Text("本行业部门最近已公布可比成交中最高的中位价；未公布的为未知。",
                     "The highest median of the newest published comparables of its sector; unknown where none is."),
        points=((0, 0), (1_000_000, 20), (10_000_000, 50), (100_000_000, 80), (1_000_000_000, 100)),
    ),
    Indicator(
        code="offered", group=E, unit="count", direction=UP, sources=(Source.LISTING,),
        label=Text("在列交易方式", "Ways in which it can be had"),
        formula=Text("在列挂牌的交易方式数；未挂牌为零。", "Deal types of the listing; none where it is not listed."),
        points=((0, 0), (1, 50), (3, 100)),
    ),
    Indicator(
        code="years_maintained", group=E, unit="years", direction=UP, sources=EVENTS,
        label=Text("维持年数", "Years maintained"),
        formula=Text("自申请日起已记录年费维持的整年数。", "Whole years since filing that recorded annuities cover."),
        points=((0, 0), (3, 20), (5, 40), (10, 100)),
    ),
)  # fmt: skip
INDICATORS: Final = (*LEGAL, *TECHNICAL, *ECONOMIC)
BY_CODE: Final[Mapping[str, Indicator]] = MappingProxyType({one.code: one for one in INDICATORS})
