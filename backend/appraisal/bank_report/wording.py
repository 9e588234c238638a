"""The words of the appraisal on paper."""

from typing import Final

from backend.core.errors import Text

AUTHOR: Final = "patentmart"
TITLE: Final = Text("专利评价报告", "Patent appraisal")
DEMONSTRATION: Final = "演示 DEMONSTRATION"
MADE_UP: Final = Text("演示数据，不作任何用途", "made-up data, of no use for anything")
PATENT: Final = Text("专利", "Patent")
NUMBERS: Final = Text("申请号 / 授权公告号", "Application / grant number")
KIND: Final = Text("类型 / 主分类", "Kind / main class")
DAYS: Final = Text("申请日 / 授权日 / 届满日", "Filed / granted / term ends")
HOLDERS: Final = Text("权利人", "Holders")
SCORE: Final = Text("得分区间（0–100）", "Range of the score (0–100)")
HEADLINE: Final = Text("依据下限：未知事项不计分", "Rest on the lower bound: what is unknown has no points")
VERIFIED: Final = Text("其中不依赖权利人自述：{points}", "Of it without the holder's own word: {points}")
LEGEND: Final = Text(
    "深色为已知得分，浅色为未知事项可能的得分；右侧为得分与数值、来源、日期与权重。",
    "Dark: points that are known. Light: what is unknown may be worth. Then points and value, source, day, weight.",
)
UNKNOWN: Final = Text("未知", "unknown")
NOT_APPLICABLE: Final = Text("不适用", "does not apply")
HISTORY: Final = Text("权利历史与负担", "History and burdens of the right")
STANDS: Final = Text("存续", "stands")
OVER: Final = Text("已结束", "over")
LEFT_OUT: Final = Text("另有较早的 {count} 项未列出。", "{count} older lines are not shown.")
NO_HISTORY: Final = Text("没有记录。", "Nothing is on record.")
MARKET: Final = Text("可比成交（四分位，元）", "Comparable deals (quartiles, yuan)")
NO_DEALS: Final = Text("可公布的可比成交不足。", "There are too few comparable deals to publish.")
NO_SECTOR: Final = Text("没有主分类，行业部门未知。", "Its sector is unknown, as it has no main class.")
METHOD: Final = Text("方法与复核", "Method, and how to check it")
VERSIONS: Final = Text(
    "场景：{scenario}；指标表版本 {version}；权重 {weights}，自 {valid_from} 起；截至 {known_at}（UTC）所知。",
    "Scenario: {scenario}. Indicators version {version}, weights {weights} from {valid_from}; known at {known_at} UTC.",
)
NOTE: Final = Text(
    "本评价按平台自有指标计算，指标分组名称参照 GB/T 42748，不声明符合该标准；不是资产评估报告，不给出价值结论。"
    "登记簿未经核对的负担视为未知，而非没有。",
    "Reckoned by the platform's own indicators, whose groups are named as in GB/T 42748 without a claim to conform to "
    "it. It is no report under the Asset Appraisal Law and states no value. A burden that no extract of the register "
    "rules out is unknown, not absent.",
)
