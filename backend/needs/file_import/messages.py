"""The messages for each error code of the rows of a list of needs: what is wrong, and what to do about it."""

from collections.abc import Mapping
from typing import Final

from backend.core.errors import Text
from backend.register_import import messages

TEXTS: Final[Mapping[str, tuple[Text, Text]]] = {
    **{
        code: messages.TEXTS[code]
        for code in (
            "text_too_long",
            "too_many_words",
            "class_unreadable",
            "word_unknown",
            "date_unreadable",
            "differs_from_earlier_row",
        )
    },
    "need_incomplete": (
        Text("新需求缺少名称或描述。", "A need that is not on record yet needs its title and its problem."),
        Text("请填写需求名称与需求描述。", "Give both."),
    ),
    "budget_twice": (
        Text("预算填写了两次。", "The budget is given twice."),
        Text("请只用一列填写。", "Give it in one column only."),
    ),
    "budget_unreadable": (
        Text("无法识别的金额。", "This is not an amount of money."),
        Text("请只填数字，最多到分。", "Give a number with at most whole fen."),
    ),
    "budget_order": (
        Text("预算下限高于上限，均未采用。", "The least is above the most; neither was taken."),
        Text("请核对。", "Check both."),
    ),
    "yes_or_no": (
        Text("只能填“是”或“否”。", "This is neither yes nor no."),
        Text("请填“是”或“否”。", "Write yes or no."),
    ),
    "language_unknown": (
        Text("不认识这种语言。", "This language is not known here."),
        Text("请填“中文”或“英文”。", "Write Chinese or English."),
    ),
    "too_many_named": (
        Text(
            "定向公开机构超过 {most} 家，整行未采用。",
            "It names more than {most}; the row was not taken.",
        ),
        Text("请减少。", "Name fewer."),
    ),
    "cannot_be_shown": (
        Text("不是可以定向公开的机构，或名称不唯一。", "It cannot be shown to this one, or several bear the name."),
        Text(
            "请填写已核验的运营中心或权利人的全称或编号。",
            "Give the name or id of a verified centre or holder.",
        ),
    ),
    "shown_not_confidential": (
        Text("写明了定向公开机构，却未标为保密，整行未采用。", "It names who shall see it, yet is not confidential."),
        Text("请把“是否保密”填为“是”，或删去机构名称。", "Say that it is confidential, or name nobody."),
    ),
    "confidential_unsaid": (
        Text("未写明是否保密，因此未发布。", "It does not say whether it is confidential, so it was not published."),
        Text("请填写“是否保密”。", "Say so under “confidential”."),
    ),
    "publish_unverified": (
        Text("贵机构尚未核验，已存为草稿。", "Your organisation is not verified: it was kept as a draft."),
        Text("核验后再发布。", "Publish it once that is done."),
    ),
    "publish_day_past": (
        Text("需求截止日期已过，未发布或未更改。", "The day by which it is wanted has passed."),
        Text("请修改日期。", "Give another day."),
    ),
    "publish_not_mended": (
        Text("被平台下架后尚未修改，未发布。", "It was not changed since the platform took it down."),
        Text("请按下架理由修改。", "Change what the platform named."),
    ),
    "publish_too_many": (
        Text("已发布的需求过多，未发布。", "Too many needs are published at one time."),
        Text("请先结束不再需要的需求。", "Close those that are not needed any more."),
    ),
    "showings_used_up": (
        Text("今日定向公开次数已满。", "Enough was shown by name today."),
        Text("请明日再上传这些行。", "Send these rows again tomorrow."),
    ),
    "needs_used_up": (
        Text("今日可新建的需求已满。", "Enough needs were drafted today."),
        Text("请明日再上传这些行。", "Send these rows again tomorrow."),
    ),
    "need_closed": (
        Text("该自编号的需求已结束。", "The need with this reference is closed."),
        Text("请换用新的自编号。", "Give it another reference."),
    ),
}
