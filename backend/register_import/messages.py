"""The messages for each error code of a register's rows: what is wrong, and what to do about it."""

from collections.abc import Mapping
from typing import Final

from backend.core.errors import Text
from backend.patents.fact_rules import FILED_LATER, KIND_DIFFERS, OTHER_OFFICE, TWO_NUMBERS
from backend.patents.numbers.canonical import WRONG

COMPARE: Final = Text("请对照受理通知书或专利证书核对。", "Compare it with the filing receipt or the certificate.")

TEXTS: Final[Mapping[str, tuple[Text, Text]]] = {
    **WRONG,
    "number_of_another_office": (OTHER_OFFICE, COMPARE),
    "numbers_contradict": (TWO_NUMBERS, COMPARE),
    "kind_contradicts_number": (KIND_DIFFERS, COMPARE),
    "filing_date_after_publication": (FILED_LATER, COMPARE),
    "number_missing": (
        Text("没有可用的专利号码。", "The row has no usable patent number."),
        Text(
            "请填写申请号、公开号或授权公告号中的至少一个。", "Give an application, publication or grant number."
        ),
    ),
    "numbers_of_two_patents": (
        Text("这些号码分别属于两条专利记录。", "These numbers belong to two different patents on record."),
        Text("请核对号码；如确为同一专利，请请平台合并。", "Check them; if it is one, ask the platform to merge."),
    ),
    "quota_used_up": (
        Text("今日被告知号码已被占用的次数已满。", "Enough taken numbers were told today."),
        Text("请明日再上传这些行。", "Send these rows again tomorrow."),
    ),
    "rights_on_both": (
        Text("两条专利记录均有在册权利，文件不会合并。", "Rights stand on both patents on record: no file joins them."),
        Text(
            "如确为同一专利，请在其中一条填入另一号码以合并；权利有冲突时会说明。",
            "If it is one, give one of them the other's number by hand: conflicting rights are told there.",
        ),
    ),
    "title_missing": (
        Text("新专利缺少名称。", "A patent that is not on record yet needs its title."),
        Text("请填写专利名称。", "Give the title."),
    ),
    "date_unreadable": (
        Text("无法识别的日期。", "This is not a date."),
        Text("请按 2019-07-12 的格式填写。", "Write it as 2019-07-12."),
    ),
    "date_of_unknown_document": (
        Text("无法判断是公布日还是授权公告日。", "It may be the publication's or the grant's day."),
        Text(
            "请分列填写“公布日”和“授权公告日”。",
            "Give it under “application publication date” or “grant date”.",
        ),
    ),
    "in_the_future": (
        Text("该日期尚未到来。", "That day has not come yet."),
        COMPARE,
    ),
    "text_too_long": (
        Text("内容超过 {longest} 个字符，未采用。", "It exceeds {longest} characters and was not taken."),
        Text("请缩短。", "Shorten it."),
    ),
    "too_many_words": (
        Text("超过 {most} 项，未采用。", "It names more than {most} and was not taken."),
        Text("请只填写最相关的几项。", "Name those that matter most."),
    ),
    "class_unreadable": (
        Text("不是 IPC 或洛迦诺分类号。", "This is no IPC symbol or Locarno class."),
        Text("请按 H01M10/0525 的格式填写，用分号隔开。", "Write it as H01M10/0525, with semicolons between several."),
    ),
    "word_unknown": (
        Text("不认识这个取值。", "This word is not known here."),
        Text("可用的取值见 /v1/reference/{list}。", "See /v1/reference/{list} for the words there are."),
    ),
    "grade_unknown": (
        Text("没有这个等级。", "There is no such grade."),
        Text("可用的等级：{grades}。", "The grades are: {grades}."),
    ),
    "holders_missing": (
        Text("没有写明权利人或申请人。", "The row names no holder or applicant."),
        Text("请填写权利人或申请人。", "Name the holder or applicant."),
    ),
    "not_your_patent": (
        Text("权利人中没有贵机构。", "Your organisation is not among the holders."),
        Text(
            "贵机构是权利人的，请按登记的机构名称填写；不是的，请由权利人导入。",
            "If it is one, write its name as it is registered here; if not, its holder imports it.",
        ),
    ),
    "holding_ended": (
        Text("贵机构对该专利的权属已登记为结束。", "Your holding of this patent is recorded as ended."),
        Text("如仍持有，请在该专利的 holdings 下重新登记。", "If it still holds it, state a holding."),
    ),
    "patent_not_held": (
        Text("贵机构名下没有这一专利。", "Your organisation holds no patent with this number."),
        Text("请先导入专利，或核对号码。", "Import the patent first, or check the number."),
    ),
    "patent_not_on_record": (
        Text("没有登记这一专利。", "There is no patent with this number on record."),
        Text("请先导入专利，或核对号码。", "Import the patent first, or check the number."),
    ),
    "not_established": (
        Text(
            "贵机构的权属存在争议或机构未经核验，不能登记该专利的内容。",
            "Only a verified organisation whose holding is not disputed records this.",
        ),
        Text("请先由平台核验机构、核实权属。", "Have the platform verify the organisation or settle the dispute."),
    ),
    "event_not_by_file": (
        Text("此类事件不能用文件导入。", "An event of this kind cannot be told by a file."),
        Text("请在该专利的 legal-events 下登记。", "Record it under the patent's legal-events."),
    ),
    "patent_year_needed": (
        Text("年费事件需要填写第几年度。", "An annuity needs its patent year."),
        Text("请在“年度”列填写 1 至 25。", "Give 1 to 25 under “patent year”."),
    ),
    "effective_day_needed": (
        Text("缺少生效日。", "The day from which it holds is missing."),
        Text("请填写生效日。", "Give the effective date."),
    ),
    "new_holders_needed": (
        Text("权利人变更需要写明变更后的权利人。", "A change of holders needs the names of the new ones."),
        Text("请填写变更后的权利人。", "Give the holders after the change."),
    ),
    "events_unreadable": (
        Text("无法识别的法律事件。", "These are no legal events."),
        Text("请按接口文档的 JSON 数组填写。", "Give a JSON list of events as the documentation describes."),
    ),
    "name_change_unclear": (
        Text("无法判断是谁改了名称，未采用。", "It is not clear who bears which new name; it was not taken."),
        Text("请逐一对应填写变更前后的名称。", "Give each former name and its new name in the same order."),
    ),
    "name_not_yours": (
        Text("该权利人不由贵机构登记，名称未改。", "That party is not yours to rename; its name was not changed."),
        Text("请由该权利人或平台更名。", "The party itself, or the platform, gives it its new name."),
    ),
    "holder_not_yours": (
        Text("该权利人的权属不由贵机构终止，仍予保留。", "That holding is not yours to end; it stays."),
        Text("请由该权利人或平台登记转让。", "Its holder, or the platform, records the transfer."),
    ),
    "already_listed": (
        Text("该专利已由其他权利人挂牌。", "Another holder has listed this patent already."),
        Text("请与该权利人协商。", "Agree with that holder."),
    ),
    "price_twice": (
        Text("价格填写了两次。", "The price is given twice."),
        Text("请只用一列填写价格。", "Give it in one column only."),
    ),
    "price_unreadable": (
        Text("无法识别的价格。", "This is not a price."),
        Text("请只填数字，最多到分；面议请填文字。", "Give a number with at most whole fen, or a word such as 面议."),
    ),
    "differs_from_earlier_row": (
        Text("与本文件前面的行不同，未作更改。", "It differs from an earlier row of this file, and was not taken."),
        Text("请只保留正确的一行。", "Keep the row that is right."),
    ),
    "changed_by_hand": (
        Text("此项已被人工修改，文件内容未采用。", "Somebody changed this by hand; the file's value was not taken."),
        Text("请核对；要以文件为准，请用 prefer=file 重新导入。", "Check it; with prefer=file the file wins."),
    ),
    "stated_by_authority": (
        Text("此项由主管机关或平台登记，未作更改。", "The authority or the platform states this; it was not changed."),
        Text("确有错误的，请联系平台更正。", "Ask the platform to correct it if it is wrong."),
    ),
    "differs_from_register": (
        Text("与已登记的内容不同，未作更改。", "It differs from what is on record, and was not taken."),
        Text("请核对；确有错误的，请录入单位或平台更正。", "Check it; whoever entered the record can correct it."),
    ),
}  # fmt: skip
