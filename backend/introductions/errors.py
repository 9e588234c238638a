"""What can stand against an introduction."""

from typing import Final

from backend.core.errors import Conflict, NotFound, NotInState, StepNotYours, Text

READ_IT: Final = Text(
    "请先读取该引荐，按其 status 选择操作。", "Read the introduction and choose a step that its status allows."
)


class NoSuchIntroduction(NotFound):
    """There is no such introduction, or the caller is no side of it."""

    code = "no_such_introduction"
    title = Text("没有找到该引荐", "There is no such introduction")


class IntroductionNotInState(NotInState):
    """The introduction is in a state from which this step does not lead on."""

    code = "introduction_not_in_state"
    title = Text("引荐的当前状态不能进行此操作", "The introduction's state does not allow this step")
    cure = READ_IT


class IntroductionStepNotYours(StepNotYours):
    """The step belongs to the other side, or to the two sides alone."""

    code = "introduction_step_not_yours"


class OwnMatch(Conflict):
    """Need and listing are of the same organisation, which needs no introduction to itself."""

    code = "own_match"
    title = Text("需求与挂牌属于同一机构", "Need and listing are of the same organisation")
    cure = Text("无须引荐，可在单位内部办理。", "Nothing is to be asked: settle it within your organisation.")


class NeedNotOpen(Conflict):
    """The need is not open, so nobody is introduced about it."""

    code = "need_not_open"
    title = Text("该需求未开放", "The need is not open")
    cure = Text("需求发布后才能引荐。", "An introduction is possible while the need is published.")


class ListingNotListed(Conflict):
    """The listing is not listed, so nobody is introduced about it."""

    code = "listing_not_listed"
    title = Text("该挂牌未在列", "The listing is not listed")
    cure = Text("挂牌在列期间才能引荐。", "An introduction is possible while the listing is listed.")


class NeedHiddenFromHolder(Conflict):
    """The holder may not know of the confidential need, so it could not tell what it is asked about."""

    code = "need_hidden_from_holder"
    title = Text("持有人看不到该保密需求", "The holder cannot see the confidential need")
    cure = Text(
        "请先将该机构列入 shown_to，或为需求填写公开摘要。",
        "Name the holder in `shown_to` first, or write an abstract for the public.",
    )


class IntroductionExists(Conflict):
    """There is an introduction about this match already; `introduction_id` leads to it."""

    code = "introduction_exists"
    title = Text("该匹配已有引荐", "There is an introduction about this match already")
    detail = Text("见 /v1/introductions/{introduction_id}。", "See /v1/introductions/{introduction_id}.")
    cure = Text("请查看并处理该引荐。", "Look at that one and go on with it.")
    shows = ("introduction_id",)


class IntroductionTooSoon(Conflict):
    """An introduction about this match ended lately, and the caller's side waits before it asks again."""

    code = "introduction_too_soon"
    title = Text("暂不能再次请求引荐", "It is too soon to ask again")
    detail = Text(
        "上一次见 /v1/introductions/{introduction_id}；{again_from} 起可再次请求。",
        "The last one is /v1/introductions/{introduction_id}; ask again from {again_from} on.",
    )
    cure = Text("请届时再试，或等待对方联系。", "Ask again then, or wait until the other side does.")
    shows = ("introduction_id", "again_from")


class TooManyOpenIntroductions(Conflict):
    """As many introductions wait for the other side's answer as one organisation may have with another."""

    code = "too_many_open_introductions"
    title = Text("等待该机构答复的引荐过多", "Too many introductions wait for this organisation")
    detail = Text("最多 {limit} 项。", "At most {limit} may wait at one time.")
    cure = Text(
        "请等待答复，或撤回不再需要的引荐。", "Wait for answers, or withdraw those that are not needed any more."
    )
