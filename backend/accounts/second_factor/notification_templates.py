"""What members are told of second factors, and in which words."""

from typing import Final

from backend.accounts.notification_templates import ACCOUNT, MEMBERS
from backend.accounts.second_factor.events import (
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    SecondFactorDisabled,
    SecondFactorEnabled,
    SecondFactorGuessed,
    SecondFactorReset,
    SigningKeyMade,
)
from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate

NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    SecondFactorEnabled: NotificationTemplate(
        ACCOUNT,
        Text(
            "您的账户已设置第二因素，其他登录均已结束。若非本人，请修改密码并联系平台。",
            "Your account has a second factor now, and its other sign-ins have ended. If it was not you, change your "
            "password and ask the platform's staff.",
        ),
        legal=True,
    ),
    SecondFactorDisabled: NotificationTemplate(
        ACCOUNT,
        Text(
            "您的账户已移除第二因素，其签署密钥随之失效。若非本人，请修改密码并联系平台。",
            "The second factor of your account was removed, and its signing keys have ended. If it was not you, change "
            "your password and ask the platform's staff.",
        ),
        legal=True,
    ),
    SecondFactorReset: NotificationTemplate(
        ACCOUNT,
        Text(
            "平台工作人员已因“{reason}”重置您的第二因素，所有登录与签署密钥均已结束。",
            "The platform's staff has removed your second factor (reason: {reason}); all sign-ins and signing keys "
            "have ended.",
        ),
        legal=True,
        confidential=True,
    ),
    RecoveryCodesRenewed: NotificationTemplate(
        ACCOUNT,
        Text(
            "您的恢复码已更新，旧码失效。若非本人，请修改密码并联系平台。",
            "You have new recovery codes; those before count no more. If it was not you, change your password and ask "
            "the platform's staff.",
        ),
        legal=True,
    ),
    RecoveryCodeUsed: NotificationTemplate(
        ACCOUNT,
        Text(
            "您的一个恢复码已被使用，剩余 {left} 个。若非本人，请修改密码并更新恢复码："
            "POST /v1/me/second-factor/recovery-codes。",
            "A recovery code of yours was used; {left} are left. If it was not you, change your password and renew the "
            "codes: POST /v1/me/second-factor/recovery-codes.",
        ),
        legal=True,
    ),
    SecondFactorGuessed: NotificationTemplate(
        ACCOUNT,
        Text(
            "有人以您的正确密码登录，并多次输入错误的第二因素验证码。若非本人，请立即修改密码：PUT /v1/me/password。",
            "Somebody has sent your password, which is right, with many wrong codes of the second factor. If it was not"
            " you, change your password at once: PUT /v1/me/password.",
        ),
        legal=True,
    ),
    SigningKeyMade: NotificationTemplate(
        MEMBERS,
        Text(
            "贵机构新增了一个可代表机构签署的 API 密钥：GET /v1/api-keys。",
            "An API key that signs for your organisation was made: GET /v1/api-keys.",
        ),
        legal=True,
    ),
}
