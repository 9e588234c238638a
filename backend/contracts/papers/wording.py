"""The words on the paper of a contract, beside its template's own, in Chinese and English."""

from typing import Final

from backend.contracts.codes import VersionKind
from backend.core.contract_template import Clause
from backend.core.errors import Text

AUTHOR: Final = "patentmart"
DEMONSTRATION: Final = "演示数据 DEMONSTRATION"
MADE_UP: Final = Text("本文件内容均为虚构，不产生任何效力", "All of it is made up: this paper binds nobody")
KINDS: Final = {
    VersionKind.AMENDMENT: Text("{title}·补充协议", "{title}: amendment"),
    VersionKind.TERMINATION: Text("{title}·解除协议", "{title}: termination agreement"),
}
CONTRACT_ID: Final = Text("合同编号", "Contract number")
VERSION: Final = Text("版本", "Version")
TEMPLATE: Final = Text("合同文本", "Text of the contract")
DRAWN_UP_AT: Final = Text("拟定时间", "Drawn up at")
AMENDED: Final = Text("所变更的版本", "Version amended")
AMENDED_HASH: Final = Text("原条款哈希（SHA-256）", "Hash of its terms (SHA-256)")
SIDES: Final = Text("各方", "Sides")
CREDIT_CODE: Final = Text("统一社会信用代码", "Unified social credit code")
CLAUSES: Final = Text("条款", "Clauses")
NOTE: Final = Text("说明", "Note")
SIGNING: Final = Text("签署", "Signing")
TERMS_HASH: Final = Text("条款哈希（SHA-256）", "Hash of the terms (SHA-256)")
PREVAILS: Final = Text(
    "本文件以中文文本为准；英文仅供参考。",
    "The Chinese text of this document prevails; the English is a rendering for convenience.",
)
SIGNED_BY: Final = Text(
    "各方以电子方式签署。签署人、时间、方式及其所签内容的哈希由平台记录，并可随时间线一并导出核验。",
    "The sides sign electronically. Who signed, when, by what means and the hash of what was signed are on record with "
    "the platform and are exported with the timeline, to be checked by anybody.",
)
UNDRAWN: Final = Text(
    "方括号内为本字体未收录字符的 Unicode 编号。",
    "In square brackets: the Unicode numbers of characters that this typeface lacks.",
)
TERMINATION: Final = (
    Clause(
        Text("解除", "Termination"),
        (
            Text(
                "各方同意，自各方均签署本协议之时起解除上述合同。",
                "The sides agree that the contract named above ends at the moment at which all of them have signed "
                "this agreement.",
            ),
            Text(
                "解除不影响此前已经产生的权利和义务，也不影响依法应当继续有效的约定。",
                "Rights and duties that arose before stay as they are, as does what by law outlasts the contract.",
            ),
        ),
    ),
)
AMENDING: Final = Text(
    "自各方均签署本补充协议之时起，上述合同的条款以下列条款为准；未变更的内容继续有效。",
    "From the moment at which all sides have signed this amendment the terms of the contract named above are those "
    "below; what is not changed stays in force.",
)
