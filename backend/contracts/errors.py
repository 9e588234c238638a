"""What can stand against a contract, a signature or a certificate."""

from typing import Final

from backend.core.errors import Conflict, Malformed, NotFound, NotInState, Stale, Text, TooMany

READ_IT: Final = Text(
    "请先读取该合同，按其 status 选择操作。", "Read the contract and choose a step that its status allows."
)


class NoSuchContract(NotFound):
    """There is no such contract, or the caller's organisation is no side of it."""

    code = "no_such_contract"
    title = Text("没有找到该合同", "There is no such contract")


class NoSuchContractVersion(NotFound):
    """The contract has no version or amendment of that number or id, or its paper has no signed copy."""

    code = "no_such_contract_version"
    title = Text("该合同没有此版本或文件", "The contract has no such version or paper")


class ContractNotInState(NotInState):
    """The contract is in a state from which this step does not lead on."""

    code = "contract_not_in_state"
    title = Text("合同的当前状态不能进行此操作", "The contract's state does not allow this step")
    cure = READ_IT


class ContractVersionNotOpen(NotInState):
    """The version or amendment is signed by all, refused, expired, or replaced by a later one."""

    code = "contract_version_not_open"
    title = Text("该版本已不可签署", "This version cannot be signed any more")
    cure = READ_IT


class BoundHashStale(Stale):
    """The hash is not that of a version of this contract that can be signed now: it was changed meanwhile."""

    code = "bound_hash_stale"
    title = Text("所签内容已不是现行版本", "What was to be signed is not the present version")
    cure = Text(
        "请重新读取合同和文件，核对后以现行版本的 bound_hash 签署。",
        "Read the contract and its paper again, check it, and sign with the present version's `bound_hash`.",
    )


class AlreadySigned(Conflict):
    """The side has signed this version."""

    code = "already_signed"
    title = Text("该方已签署此版本", "The side has signed this version")
    cure = Text("无需再次签署；请读取合同查看签署情况。", "Nothing is to be done; read the contract to see who signed.")


class SideNotStated(Conflict):
    """The caller's organisation stands on several sides, and the request does not say for which it signs."""

    code = "side_not_stated"
    title = Text("须说明代表哪一方签署", "Say for which side you sign")
    detail = Text("贵机构可代表：{sides}。", "Your organisation stands on: {sides}.")
    cure = Text("请在 side 中填写其中之一，逐一签署。", "Name one of them in `side`, and sign for each.")


class NotThatSide(Conflict):
    """The caller's organisation does not stand on the side that the request names."""

    code = "not_that_side"
    title = Text("贵机构不是该方", "Your organisation is not on that side")
    detail = Text("贵机构可代表：{sides}。", "Your organisation stands on: {sides}.")
    cure = Text("请改正或省略 side。", "Correct `side`, or leave it out.")


class AmendmentOpen(Conflict):
    """An amendment or a termination of this contract waits for signatures; `amendment_id` leads to it."""

    code = "amendment_open"
    title = Text("已有待签署的补充协议", "An amendment waits for signatures already")
    detail = Text("见 amendments 中的 {amendment_id}。", "See {amendment_id} among the contract's amendments.")
    cure = Text("请先签署或拒绝该补充协议。", "Sign or refuse that one first.")
    shows = ("amendment_id",)


class TermsNotAmendable(Malformed):
    """The contract's form does not let a side propose to change these terms."""

    code = "terms_not_amendable"
    title = Text("这些条款不能由一方提出变更", "A side cannot propose to change these terms")


class NothingAmended(Malformed):
    """The proposed terms are those in force."""

    code = "nothing_amended"
    title = Text("没有任何变更", "Nothing would change")
    cure = Text("请在 changes 中写明要变更的条款。", "Say in `changes` which terms are to be others.")


class ContractTooLong(Malformed):
    """The terms or the text of the contract are longer than a contract may be."""

    code = "contract_too_long"
    title = Text("合同内容过长", "The contract is too long")
    cure = Text("请缩短条款，或把附件作为文件另行提交。", "Shorten its terms, or put what belongs in files there.")


class TooManySides(Malformed):
    """More organisations would have to sign than a contract may have sides."""

    code = "too_many_contract_sides"
    title = Text("合同当事方过多", "The contract has too many sides")
    detail = Text("最多 {limit} 个。", "At most {limit} are taken.")
    cure = Text("请分成几份合同。", "Draw up several contracts.")


class TooManyVersions(TooMany):
    """The contract has as many versions as a contract may have."""

    code = "too_many_contract_versions"
    title = Text("合同版本过多", "The contract has too many versions")
    detail = Text("最多 {limit} 个。", "At most {limit} are kept.")
    cure = Text("请另行订立新的合同。", "Draw up a new contract.")


class CertificateMissing(Conflict):
    """The caller's organisation has no signing certificate."""

    code = "certificate_missing"
    title = Text("贵机构尚未登记签名证书", "Your organisation has no signing certificate")
    cure = Text(
        "请由所有者用 PUT /v1/organisations/…/certificate 登记，或不用证书签署。",
        "An owner enters one with PUT /v1/organisations/…/certificate; or sign without a certificate.",
    )


class PreparationMissing(Conflict):
    """Nothing was prepared for this signature, what was has expired, or another side signed the paper meanwhile."""

    code = "signature_preparation_missing"
    title = Text("没有有效的签名准备", "There is no preparation that this signature could complete")
    cure = Text(
        "请重新调用 signatures/preparation，对所得字节签名后再提交。",
        "Ask for `signatures/preparation` again, sign the bytes that it gives, and send that.",
    )


class SignatureInvalid(Malformed):
    """The CMS does not hold a good signature of the prepared bytes by the organisation's certificate."""

    code = "signature_invalid"
    title = Text("签名无效", "The signature is not valid")
    detail = Text("未通过：{check}。", "What failed: {check}.")
    cure = Text(
        "请用登记的证书对 signed_attributes 的字节签名，原样放入 CMS 后重试。",
        "Sign the bytes of `signed_attributes` with the entered certificate, put both into the CMS, and retry.",
    )
    shows = ("check",)


class NoCertificate(NotFound):
    """The organisation has no signing certificate, or the caller is no member of it."""

    code = "no_certificate"
    title = Text("没有登记签名证书", "There is no signing certificate")


class PrivateKeySent(Malformed):
    """The body holds a private key. It was not kept; a key that left its place is to be replaced."""

    code = "private_key_sent"
    title = Text("内容包含私钥，已拒收且未保存", "The body holds a private key; it was refused and not kept")
    cure = Text(
        "请只发送证书（公钥部分）；该私钥已离开原处，建议更换。",
        "Send the certificate alone; the key has left its place, so have it replaced.",
    )


class CertificateUnreadable(Malformed):
    """What was sent is no X.509 certificate in PEM, or DER in base64, or a list of more than a chain needs."""

    code = "certificate_unreadable"
    title = Text("无法读取证书", "The certificate cannot be read")
    cure = Text(
        "请发送 PEM，或 DER 的 Base64；签名证书在前，中级证书在后。",
        "Send PEM, or DER in base64: the signing certificate first, those between it and the root behind.",
    )


class CertificateUnusable(Malformed):
    """The certificate is not for signing, its key is too weak or of an unknown kind, or it is not valid today."""

    code = "certificate_unusable"
    title = Text("该证书不能用于签署", "The certificate cannot be used for signing")
    detail = Text("未通过：{check}。", "What failed: {check}.")
    cure = Text(
        "请使用有效期内、用于签名、RSA 2048 位以上或 NIST 曲线的证书。",
        "Use one that is valid now, is for signing, and has RSA of 2048 bits or more or a NIST curve.",
    )
    shows = ("check",)


class CertificateNotTrusted(Malformed):
    """The certificate does not chain to an authority that this platform trusts."""

    code = "certificate_not_trusted"
    title = Text("证书的颁发机构不受本平台信任", "The certificate's authority is not trusted here")
    cure = Text(
        "请附上中级证书；如仍被拒，请由平台运营方在 SIGNING_TRUST_ROOTS 中加入其根证书。",
        "Send those between it and the root too; else the operator adds the root to SIGNING_TRUST_ROOTS.",
    )


class CertificateOfAnother(Malformed):
    """Neither the organisation's credit code nor its name stands in the certificate's subject."""

    code = "certificate_of_another"
    title = Text("证书主体不是贵机构", "The certificate's subject is not your organisation")
    cure = Text(
        "请使用主体中含有贵机构统一社会信用代码或全称的证书。",
        "Use one whose subject has your organisation's credit code or its whole name.",
    )
