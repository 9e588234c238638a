"""The e-mails of accounts, and in which words."""

from typing import Final

from backend.accounts import email_recipients
from backend.accounts.events import (
    EmailChangeAsked,
    EmailConfirmationAsked,
    InvitationMade,
    OrganisationRefused,
    OrganisationVerified,
    PasswordResetAsked,
    SignedInAnew,
)
from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.email_template import EmailTemplate

SHOW: Final = Text("查看", "Look at it")
IGNORE: Final = Text(
    "若非您本人申请，请忽略此邮件，无须任何操作。", "If you did not ask for this, do nothing; then nothing happens."
)
EMAIL_TEMPLATES: Final[dict[type[EventPayload], EmailTemplate]] = {
    EmailConfirmationAsked: EmailTemplate(
        subject=Text("请确认您的邮箱", "Please confirm your address"),
        paragraphs=(
            Text(
                "账户 {account} 使用了此邮箱。若是您的账户，请登录该账户后打开下面的链接并确认；链接有效至 {until}。",
                "The account {account} bears this address. If it is yours, sign in with it, open the link below and "
                "confirm; the link is good until {until}.",
            ),
            IGNORE,
        ),
        action=Text("确认邮箱", "Confirm the address"),
        recipients=email_recipients.of_confirmation,
        despite_bounces=True,
        most_per_day=None,
    ),
    EmailChangeAsked: EmailTemplate(
        subject=Text("您的账户申请更换邮箱", "Another address was asked for your account"),
        paragraphs=(
            Text(
                "{when}，账户 {account} 申请改用另一邮箱；新邮箱确认后生效。",
                "At {when} another address was asked for the account {account}. It counts once it is confirmed.",
            ),
            Text(
                "若非您本人操作，请立即修改密码（PUT /v1/me/password），并结束其他登录（DELETE /v1/me/sessions）。",
                "If it was not you, change your password at once (PUT /v1/me/password) and end the other sign-ins "
                "(DELETE /v1/me/sessions).",
            ),
        ),
        action=Text("查看登录", "See your sign-ins"),
        recipients=email_recipients.of_present_address,
    ),
    PasswordResetAsked: EmailTemplate(
        subject=Text("重置密码", "A new password"),
        paragraphs=(
            Text(
                "有人为账户 {account}（单位：{organisations}）申请了新密码。链接只能使用一次，有效至 {until}。",
                "A new password was asked for the account {account} (of {organisations}). The link works once, until "
                "{until}.",
            ),
            IGNORE,
        ),
        action=Text("设置新密码", "Set a new password"),
        recipients=email_recipients.of_reset,
        most_per_day=None,
    ),
    InvitationMade: EmailTemplate(
        subject=Text("邀请您加入一个单位", "You are invited to an organisation"),
        paragraphs=(
            Text(
                "{organisation} 邀请您以 {role} 身份加入。邀请有效至 {until}。",
                "{organisation} invites you to join as {role}. The invitation is good until {until}.",
            ),
            Text("若您不认识该单位，请忽略此邮件。", "If you do not know the organisation, do nothing."),
        ),
        action=Text("查看邀请", "See the invitation"),
        recipients=email_recipients.of_invitation,
    ),
    OrganisationVerified: EmailTemplate(
        subject=Text("贵单位已通过核验", "Your organisation has been verified"),
        paragraphs=(Text("{organisation} 已通过核验。", "{organisation} has been verified."),),
        action=SHOW,
        recipients=email_recipients.of_verified,
    ),
    OrganisationRefused: EmailTemplate(
        subject=Text("贵单位未通过核验", "Your organisation was not verified"),
        paragraphs=(
            Text("{organisation} 未通过核验。理由：{reason}", "{organisation} was not verified. The reason: {reason}"),
            Text(
                "更正资料后将重新核验：PATCH /v1/organisations/…。",
                "Correct it by PATCH /v1/organisations/…; then it is looked at again.",
            ),
        ),
        action=SHOW,
        recipients=email_recipients.of_refused,
    ),
    SignedInAnew: EmailTemplate(
        subject=Text("您的账户有新的登录", "A new sign-in to your account"),
        paragraphs=(
            Text(
                "账户 {account} 于 {when} 从新的网络或程序登录。网络：{where}；程序：{program}。",
                "The account {account} was signed in to at {when} from a new network or program. Network: {where}; "
                "program: {program}.",
            ),
            Text(
                "若非您本人，请结束该登录（DELETE /v1/me/sessions）并重置密码（POST /v1/password-resets）。",
                "If it was not you, end that sign-in (DELETE /v1/me/sessions) and have the password reset "
                "(POST /v1/password-resets).",
            ),
        ),
        action=Text("查看登录", "See your sign-ins"),
        recipients=email_recipients.of_sign_in,
    ),
}
