"""The e-mails about second factors, and in which words."""

from typing import Final

from backend.accounts import email_recipients
from backend.accounts.second_factor.events import (
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorDisabled,
    SecondFactorEnabled,
    SecondFactorGuessed,
    SecondFactorReset,
)
from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.email_template import EmailTemplate

LOOK: Final = Text("查看第二因素", "See the second factor")
NOT_YOU: Final = Text(
    "若非您本人操作，请立即修改密码（PUT /v1/me/password），并联系平台。",
    "If it was not you, change your password at once (PUT /v1/me/password) and ask the platform's staff.",
)


def _template(subject: Text, *paragraphs: Text) -> EmailTemplate:
    return EmailTemplate(
        subject=subject,
        paragraphs=(*paragraphs, NOT_YOU),
        action=LOOK,
        recipients=email_recipients.of_second_factor,
    )


EMAIL_TEMPLATES: Final[dict[type[EventPayload], EmailTemplate]] = {
    SecondFactorEnabled: _template(
        Text("您的账户已设置第二因素", "Your account has a second factor"),
        Text(
            "{when}，账户 {account} 设置了第二因素；其他登录均已结束。",
            "At {when} a second factor was set up for the account {account}; its other sign-ins have ended.",
        ),
    ),
    SecondFactorDisabled: _template(
        Text("您的账户已移除第二因素", "The second factor of your account was removed"),
        Text(
            "{when}，账户 {account} 的第二因素被移除；其签署密钥随之失效。",
            "At {when} the second factor of the account {account} was removed; its signing keys have ended.",
        ),
    ),
    SecondFactorReset: _template(
        Text("平台已重置您的第二因素", "The platform has removed your second factor"),
        Text(
            "{when}，平台工作人员重置了账户 {account} 的第二因素；所有登录与签署密钥均已结束。理由见收件箱。",
            "At {when} the platform's staff removed the second factor of the account {account}; all sign-ins and "
            "signing keys have ended. The inbox says why.",
        ),
    ),
    RecoveryCodesRenewed: _template(
        Text("您的恢复码已更新", "You have new recovery codes"),
        Text(
            "{when}，账户 {account} 更新了恢复码；旧码失效。",
            "At {when} the account {account} was given new recovery codes; those before count no more.",
        ),
    ),
    RecoveryCodeUsed: _template(
        Text("您的一个恢复码已被使用", "A recovery code of yours was used"),
        Text(
            "{when}，账户 {account} 使用了一个恢复码，剩余 {left} 个。",
            "At {when} a recovery code of the account {account} was used; {left} are left.",
        ),
    ),
    SecondFactorGuessed: _template(
        Text("有人知道您的密码", "Somebody knows your password"),
        Text(
            "{when}，有人以账户 {account} 的正确密码登录，并多次输入错误的第二因素验证码；登录已放缓。",
            "Until {when} somebody sent the password of the account {account}, which is right, with many wrong codes "
            "of the second factor; sign-ins are slowed.",
        ),
    ),
}
