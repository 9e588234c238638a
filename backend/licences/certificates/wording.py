"""The words on a licence certificate, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

from backend.core.errors import Text
from backend.licences.certificates.content import CertificateStatus, CertifiedStep
from backend.rights.codes import LicenceType

S, C = CertificateStatus, CertifiedStep

AUTHOR: Final = "patentmart"
TITLE: Final = Text("专利开放许可证书", "Certificate of an open patent licence")
CONTRACT_TITLE: Final = Text("专利实施许可证书", "Certificate of a patent licence")
DEMONSTRATION: Final = "演示数据 DEMONSTRATION"
MADE_UP: Final = Text("本证书内容均为虚构，不证明任何事实", "All of it is made up: this certificate certifies nothing")
STATUS: Final[Mapping[CertificateStatus, Text]] = {
    S.VALID: Text("有效", "Valid"),
    S.CONTESTED: Text("付款有异议", "Payment contested"),
    S.ENDED: Text("已届满", "Ended"),
    S.TERMINATED: Text("已终止", "Terminated"),
    S.VOID: Text("无效", "Void"),
}
STEPS: Final[Mapping[CertifiedStep, Text]] = {
    C.NOTICE_GIVEN: Text("被许可人书面通知", "Licensee's written notice"),
    C.CONTRACT_SIGNED: Text("签订许可合同", "Contract signed"),
    C.PAYMENT_MADE: Text("支付使用费（到账日）", "Fee paid (value date)"),
    C.PAYMENT_CONTESTED: Text("许可人对付款提出异议", "Payment contested by a licensor"),
    C.LICENSOR_CONTESTED: Text("许可人是否有权许可受到质疑", "The licensor's right to license is contested"),
    C.LICENSOR_CONTEST_ENDED: Text("许可人权利的质疑结束，许可有效", "That contest ended; the licence stands"),
    C.CONTEST_ENDED: Text("付款异议结束", "Contest of the payment ended"),
    C.PAYMENT_STRUCK: Text("付款异议成立，该笔不计", "Contest upheld: payment does not count"),
    C.PAYMENT_WITHDRAWN: Text("付款记录由付款人撤回", "Payment withdrawn by its payer"),
    C.EFFECTIVE: Text("合同生效", "Contract effective"),
    C.RECORDAL_FILED: Text("提交合同备案", "Recordal filed"),
    C.RECORDAL_CONFIRMED: Text("合同备案完成", "Recordal confirmed"),
    C.ENDED: Text("许可结束", "Licence ended"),
    C.REINSTATED: Text("专利权恢复，许可继续", "Right restored: licence goes on"),
}

PATENT: Final = Text("专利", "Patent")
PARTIES: Final = Text("当事人", "Parties")
LICENCE: Final = Text("许可", "Licence")
FEES: Final = Text("使用费", "Fees")
CHAIN: Final = Text("过程", "Course of events")
CHECK: Final = Text("核验", "Verification")

PATENT_TITLE: Final = Text("名称", "Title")
PATENT_TITLE_EN: Final = Text("英文名称", "Title in English")
APPLICATION_NUMBER: Final = Text("申请号", "Application number")
GRANT_NUMBER: Final = Text("授权公告号", "Grant number")
KIND: Final = Text("专利类型", "Kind")
MAIN_IPC: Final = Text("主分类号", "Main class (IPC)")
FILING_DATE: Final = Text("申请日", "Filed on")
GRANT_DATE: Final = Text("授权公告日", "Granted on")
EXPIRY_DATE: Final = Text("保护期届满后首日", "First day after the term")
LICENSORS: Final = Text("许可人（专利权人）", "Licensors (holders)")
LICENSEE: Final = Text("被许可人", "Licensee")
CREDIT_CODE: Final = Text("统一社会信用代码", "Unified social credit code")
VERIFICATION: Final = Text("身份核验", "Identity check")
VERIFIED: Final = Text("平台已核验", "Verified on the platform")
UNVERIFIED: Final = Text("未经平台核验", "Not verified on the platform")
COUNTRY: Final = Text("被许可人所在国", "Licensee's country")
TYPE: Final = Text("许可方式", "Type")
OPEN: Final = Text("开放许可：普通许可，非独占、非排他", "Open licence: ordinary, neither exclusive nor sole")
TYPES: Final[Mapping[LicenceType, Text]] = {
    LicenceType.OPEN: OPEN,
    LicenceType.ORDINARY: Text("普通许可，非独占、非排他", "Ordinary, neither exclusive nor sole"),
    LicenceType.SOLE: Text("排他许可", "Sole"),
    LicenceType.EXCLUSIVE: Text("独占许可", "Exclusive"),
}
SUB_LICENSING: Final = Text("分许可", "Sub-licensing")
NO: Final = Text("不允许", "Not permitted")
YES: Final = Text("允许", "Permitted")
DECLARATION: Final = Text("开放许可声明编号", "Open licence declaration")
ANNOUNCED_ON: Final = Text("声明公告日", "Declaration announced on")
CONTRACT: Final = Text("许可合同编号", "Licence contract")
SIGNED_ON: Final = Text("合同签订日", "Contract signed on")
TERRITORY: Final = Text("许可地域", "Territory")
STARTS_ON: Final = Text("许可起始日", "From")
ENDS_ON: Final = Text("许可终止日", "Through")
AS_LONG_AS_THE_PATENT: Final = Text("至专利权终止", "As long as the patent")
EFFECTIVE_ON: Final = Text("合同生效日", "Effective on")
LICENCE_ID: Final = Text("许可编号", "Licence number")
ISSUED_AT: Final = Text("出具时间", "Issued at")
TERMS_VERSION: Final = Text("条款版本", "Version of the terms")
TERMS_HASH: Final = Text("条款哈希（SHA-256）", "Hash of the terms (SHA-256)")
HASH: Final = Text("证书哈希（SHA-256）", "Hash of this certificate (SHA-256)")
CHECK_URL: Final = Text("核验网址", "Check it at")
CHINA: Final = Text("中国", "China")
NOTE: Final = Text(
    "本证书由平台依据其记录出具，并非专利行政部门的文件；现时状态以核验网址的答复为准。",
    "Issued by the platform from its own records, not by a patent office; the address above tells if it still holds.",
)
UNDRAWN: Final = Text(
    "方括号内为本字体未收录字符的 Unicode 编号。",
    "In square brackets: the Unicode numbers of characters that this typeface lacks.",
)
