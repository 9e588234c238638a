"""What members are told of contracts, and in which words; no sentence carries a term or a word that anybody wrote."""

from typing import Final

from backend.contracts.events import (
    CertificateEntered,
    CertificateRemoved,
    ContractAmended,
    ContractAmendmentExpired,
    ContractAmendmentProposed,
    ContractAmendmentRefused,
    ContractChangeAsked,
    ContractDrafted,
    ContractEffective,
    ContractExpired,
    ContractRefused,
    ContractRevised,
    ContractSigned,
    ContractTerminated,
    ContractTerminationProposed,
)
from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate

CONTRACTS: Final = "contracts"


def _template(zh: str, en: str, *, legal: bool = False) -> NotificationTemplate:
    return NotificationTemplate(CONTRACTS, Text(zh, en), legal=legal, confidential=True)


NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    ContractDrafted: _template(
        "有一份合同待贵机构签署，请登录查看并核对。",
        "A contract waits for your signature; sign in to read and check it.",
    ),
    ContractRevised: _template(
        "一份待签合同的条款已修改，此前的签署失效，请重新核对并签署。",
        "The terms of a contract were changed before all had signed: signatures are void, so read and sign it anew.",
    ),
    ContractSigned: _template("合同的一方已签署。", "One side of a contract has signed."),
    ContractEffective: _template(
        "合同已由各方签署并生效。", "A contract was signed by all sides and is effective.", legal=True
    ),
    ContractChangeAsked: _template(
        "一方要求修改合同条款，待拟定方修改。", "A side asks for other terms of a contract before it signs."
    ),
    ContractRefused: _template("一方拒绝签署合同。", "A side does not sign a contract."),
    ContractExpired: _template(
        "一份合同未在期限内签署，已失效。", "A contract was not signed by all in time and cannot be signed any more."
    ),
    ContractAmendmentProposed: _template(
        "有一份补充协议待贵机构签署，请登录查看并核对。",
        "An amendment of a contract waits for your signature; sign in to read and check it.",
    ),
    ContractAmendmentRefused: _template(
        "一方不签署补充协议或解除协议，合同不变。",
        "A side does not sign an amendment or a termination; the contract stays as it is.",
    ),
    ContractAmendmentExpired: _template(
        "一份补充协议或解除协议未在期限内签署，合同不变。",
        "An amendment or a termination was not signed by all in time; the contract stays as it is.",
    ),
    ContractAmended: _template(
        "补充协议已由各方签署，合同条款已变更。",
        "An amendment was signed by all sides; the contract's terms are others.",
        legal=True,
    ),
    ContractTerminationProposed: _template(
        "有一份解除协议待贵机构签署，请登录查看并核对。",
        "The end of a contract waits for your signature; sign in to read and check it.",
    ),
    ContractTerminated: _template("合同已终止。", "A contract has ended.", legal=True),
    CertificateEntered: _template(
        "贵机构登记了签名证书；如非本机构所为，请立即移除并联系平台。",
        "A signing certificate was entered for your organisation; if that was not you, remove it and tell us.",
    ),
    CertificateRemoved: _template("贵机构的签名证书已移除。", "Your organisation's signing certificate was removed."),
}
