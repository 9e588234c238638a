"""What members are told of accounts' events, and in which words."""

from typing import Final

from backend.accounts.events import (
    ApiKeyMade,
    EmailChangeAsked,
    MemberJoined,
    MemberLeft,
    MemberRoleChanged,
    NameChangeAsked,
    NameChangeConfirmed,
    NameChangeRefused,
    OrganisationCorrected,
    OrganisationRefused,
    OrganisationRegistered,
    OrganisationVerified,
    OwnerAddressTaken,
    SignedInAnew,
)
from backend.core.errors import Text
from backend.core.events.domain_event import EventPayload
from backend.core.events.notification_template import NotificationTemplate

ACCOUNT: Final = "account"
ORGANISATION: Final = "organisation"
DESK: Final = "desk"  # what waits for an office
MEMBERS: Final = "members"
NOTIFICATION_TEMPLATES: Final[dict[type[EventPayload], NotificationTemplate]] = {
    SignedInAnew: NotificationTemplate(
        ACCOUNT,
        Text(
            "您的账户从新的网络或程序登录。若非本人：DELETE /v1/me/sessions，并修改密码。",
            "Your account was signed in to from a new network or program. If it was not you: DELETE /v1/me/sessions, "
            "and change your password.",
        ),
        legal=True,
    ),
    EmailChangeAsked: NotificationTemplate(
        ACCOUNT,
        Text(
            "您的账户申请更换邮箱。若非本人，请立即修改密码：PUT /v1/me/password。",
            "Another address was asked for your account. If it was not you, change your password: PUT /v1/me/password.",
        ),
        legal=True,
    ),
    OrganisationVerified: NotificationTemplate(
        ORGANISATION, Text("贵机构已通过认证。", "Your organisation has been verified.")
    ),
    OrganisationRefused: NotificationTemplate(
        ORGANISATION,
        Text("贵机构的认证未通过，理由见机构页面。", "Your organisation was not verified; its page says why."),
        legal=True,
    ),
    OrganisationRegistered: NotificationTemplate(
        DESK,
        Text(
            "新单位注册，待认证：{name}（{kind}）。认证：POST /v1/organisations/{organisation_id}/verification。",
            "{name} ({kind}) has registered and waits to be verified, by "
            "POST /v1/organisations/{organisation_id}/verification.",
        ),
    ),
    OrganisationCorrected: NotificationTemplate(
        DESK,
        Text(
            "单位更正后待认证：{name}（{kind}）。认证：POST /v1/organisations/{organisation_id}/verification。",
            "{name} ({kind}) has corrected what it was refused for and waits to be verified, by "
            "POST /v1/organisations/{organisation_id}/verification.",
        ),
    ),
    NameChangeAsked: NotificationTemplate(
        DESK,
        Text(
            "单位申请更名为 {name}，待确认：POST /v1/organisations/{organisation_id}/name-change。",
            "An organisation asks to be called {name} and waits for a decision, by "
            "POST /v1/organisations/{organisation_id}/name-change.",
        ),
    ),
    NameChangeConfirmed: NotificationTemplate(
        ORGANISATION, Text("贵机构的新名称 {name} 已确认。", "Your organisation's new name {name} was confirmed.")
    ),
    NameChangeRefused: NotificationTemplate(
        ORGANISATION,
        Text(
            "贵机构的新名称 {name} 未获确认，理由：{reason}。",
            "Your organisation's new name {name} was not confirmed: {reason}.",
        ),
        confidential=True,
    ),
    OwnerAddressTaken: NotificationTemplate(
        DESK,
        Text(
            "单位 {organisation_id} 唯一所有者的邮箱已被另一账户确认；该所有者须改用自己的邮箱：PUT /v1/me/email。",
            "The e-mail address of the only owner of {organisation_id} was confirmed by another account. The owner "
            "changes to an address of his own by PUT /v1/me/email.",
        ),
    ),
    MemberJoined: NotificationTemplate(MEMBERS, Text("有新成员加入贵机构。", "A member has joined your organisation.")),
    MemberLeft: NotificationTemplate(MEMBERS, Text("有成员离开贵机构。", "A member has left your organisation.")),
    MemberRoleChanged: NotificationTemplate(
        MEMBERS,
        Text("一名成员的角色已变更。", "A member's role has changed."),
        by="role",
        texts={
            "owner": Text("一名成员已成为所有者。", "A member is now an owner."),
            "editor": Text("一名成员的角色已变更为编辑者。", "A member is now an editor."),
            "viewer": Text("一名成员的角色已变更为查看者。", "A member is now a viewer."),
        },
    ),
    ApiKeyMade: NotificationTemplate(
        MEMBERS, Text("贵机构新增了一个 API 密钥。", "An API key was made in your organisation.")
    ),
}
