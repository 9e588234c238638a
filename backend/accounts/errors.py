"""What accounts refuse, and how it is said."""

from backend.core.errors import (
    Conflict,
    Forbidden,
    Malformed,
    NotFound,
    NotSignedIn,
    Text,
    TooLarge,
    TooMany,
    Unavailable,
)


class RoleTooLow(Forbidden):
    """The caller is a member, but its role in the organisation does not include this."""

    code = "role_too_low"
    title = Text("角色权限不足", "Your role does not include this")
    detail = Text("此操作需要角色 {role} 或更高。", "This needs the role {role} or higher.")
    cure = Text("请本单位的 owner 提升您的角色，或由其办理。", "Ask an owner of your organisation.")


class ScopeMissing(Forbidden):
    """The API key was not given the scope that this operation needs."""

    code = "scope_missing"
    title = Text("API 密钥缺少权限范围", "The API key lacks the scope")
    detail = Text("此操作需要权限范围 {scope}。", "This needs the scope {scope}.")
    cure = Text("请新建带有该范围的密钥。", "Make a key that has the scope.")


class PeopleOnly(Forbidden):
    """Passwords, sessions and API keys are managed by people who sign in, never by an API key."""

    code = "people_only"
    title = Text("仅限本人登录操作", "Only a person who signs in may do this")
    cure = Text("请用密码登录后操作。", "Sign in with a password.")


class OfficeOnly(Forbidden):
    """Only the platform's staff, or for some operations also a verified authority, may do this."""

    code = "office_only"
    title = Text("仅限平台或主管部门", "Only the platform or an authority may do this")
    cure = Text("请联系平台或主管部门办理。", "Ask the platform's staff or an authority to do it.")


class QuotaUsedUp(TooMany):
    """The organisation has used up what it may do of this in the time; GET …/usage shows every quota."""

    code = "quota_used_up"
    title = Text("额度已用完", "The quota is used up")
    detail = Text(
        "{quota} 的额度为 {limit}，已不够用。", "The quota `{quota}` is {limit}; what is left does not suffice."
    )
    cure = Text(
        "请在 Retry-After 所示秒数后重试；通过核验的单位额度更高，用量见 /v1/organisations/…/usage。",
        "Try again after the seconds in Retry-After; verified organisations have more. GET"
        " /v1/organisations/…/usage shows what is used.",
    )


class StorageUsedUp(TooLarge):
    """The organisation keeps as much here as it may; nothing was taken of what it sent."""

    code = "storage_used_up"
    title = Text("存储额度已用完", "There is no room left for the organisation's files")
    detail = Text(
        "{quota} 的额度为 {limit}，已不够用。", "The quota `{quota}` is {limit}; what is left does not suffice."
    )
    cure = Text(
        "通过核验的单位额度更高；用量见 /v1/organisations/…/usage，仍不足时请联系平台。",
        "Verified organisations have more room. GET /v1/organisations/…/usage shows what is used."
        " Else ask the platform.",
    )


class OrganisationNotVerified(Forbidden):
    """What binds others or is shown to others needs an organisation that the platform or an authority has verified.

    A pending organisation can prepare everything, and publishes and binds nothing. One that was refused after its
    verification keeps what it has: it pays, reports, records and ends what it owes or holds, and begins nothing.
    """

    code = "organisation_not_verified"
    title = Text("机构尚未核验", "The organisation is not verified")
    cure = Text(
        "请等待平台或主管部门核验本机构；被拒绝的，请按 status_reason 更正资料后重新等待核验。",
        "Wait until the platform or an authority has verified it; one that was refused corrects what its "
        "`status_reason` names, and is looked at again.",
    )


class TooManyGuesses(TooMany):
    """Too many wrong passwords for this account or from this place; each further one doubles the wait."""

    code = "too_many_guesses"
    title = Text("密码尝试过多", "Too many wrong passwords")
    cure = Text(
        "请按 Retry-After 稍后再试。若错误尝试来自别处，在近 90 天内登录过的网络，正确的密码立即有效。",
        "Wait as Retry-After says. Where others guessed elsewhere, the right password is good at once at a place where"
        " you signed in within 90 days.",
    )


class HashersBusy(Unavailable):
    """More passwords are being checked than the server takes on at once."""

    code = "sign_in_busy"
    title = Text("登录请求过多，请稍候", "Too many sign-ins at once")


class BadTokenRequest(Malformed):
    """The token request lacks a parameter, has one twice, or one that is no text (RFC 6749, 5.2)."""

    status = 400
    code = "invalid_token_request"
    title = Text("令牌请求不完整", "The token request is incomplete")
    detail = Text("缺少、重复或无法读取的参数：{parameter}。", "Missing, repeated or unreadable: {parameter}.")
    cure = Text("请以表单形式发送全部参数，每个一次。", "Send each parameter once, as a form.")


class UnsupportedGrant(Malformed):
    """The grant type is none of `password`, `refresh_token`, `client_credentials`."""

    status = 400
    code = "unsupported_grant_type"
    oauth_error = "unsupported_grant_type"
    title = Text("不支持的授权类型", "The grant type is not supported")
    cure = Text(
        "请使用 password、refresh_token 或 client_credentials。", "Use password, refresh_token or client_credentials."
    )


class InvalidGrant(Malformed):
    """The address and password, or the refresh token, are not good; which of them is not said."""

    status = 400
    code = "invalid_grant"
    oauth_error = "invalid_grant"
    title = Text("登录信息不正确", "The sign-in is not good")
    cure = Text("请核对后重试；刷新令牌失效时请重新登录。", "Check and try again; with a refresh token, sign in again.")


class RefreshTokenReused(InvalidGrant):
    """A refresh token works once. It came a second time, so somebody may have copied it, and the sign-in is ended."""

    code = "refresh_token_reused"
    title = Text("刷新令牌被重复使用，该登录已终止", "The refresh token was used before; this sign-in is ended")
    cure = Text("请重新登录；如非本人操作，请修改密码。", "Sign in again; if it was not you, change your password.")


class NoMembership(InvalidGrant):
    """The sign-in is right, but no account that it opens is a member of the organisation asked for, or of any."""

    code = "no_membership"
    title = Text("您不是该单位成员", "You are not a member there")
    cure = Text("请用 owner 发给您的邀请加入，或注册新单位。", "Accept an invitation, or register an organisation.")


class InvalidClient(NotSignedIn):
    """The API key is not known, or was revoked, or has expired."""

    code = "invalid_client"
    oauth_error = "invalid_client"
    title = Text("API 密钥无效", "The API key is not valid")
    cure = Text(
        "请核对密钥；已吊销或过期的，请由 owner 新建。",
        "Check the key; where it was revoked or has expired, an owner makes another.",
    )


class WrongPassword(Forbidden):
    """The present password that came with the request is not right."""

    code = "wrong_password"
    title = Text("当前密码不正确", "The present password is not right")
    cure = Text(
        "请核对后重试；忘记密码时请用 POST /v1/password-resets 重置。",
        "Check it and try again; a forgotten one is reset by POST /v1/password-resets.",
    )


class CreditCodeTaken(Conflict):
    """A verified organisation has this unified social credit code already."""

    code = "credit_code_taken"
    title = Text("该统一社会信用代码已被认证", "A verified organisation has this credit code")
    cure = Text("请由该单位的 owner 邀请您加入。", "Ask an owner of that organisation to invite you.")


class NotAtThisStage(Conflict):
    """The organisation's verification status does not allow this step."""

    code = "verification_not_possible"
    title = Text("当前认证状态不允许此操作", "The verification status does not allow this")
    detail = Text("单位当前状态为 {status}。", "The organisation is {status}.")
    cure = Text(
        "请先读取该单位，按其 status 选择操作。", "Read the organisation and choose a step that its status allows."
    )


class VerifiedFactsStand(Conflict):
    """Country and credit code were verified; the organisation itself cannot change them any more."""

    code = "verified_facts_stand"
    title = Text("已认证的信息不能自行更改", "Verified facts cannot be changed by yourself")
    cure = Text("请联系平台更改。", "Ask the platform to record the change.")


class NoNameChange(Conflict):
    """The organisation asks for no other name, or an office has decided already."""

    code = "no_name_change"
    title = Text("该单位没有待确认的更名", "No change of name waits for a decision")
    cure = Text(
        "无须处理；如需更名，由该单位的 owner 先提出。",
        "Nothing is to be decided; an owner of the organisation asks for another name first.",
    )


class NameChangeDiffers(Conflict):
    """The organisation asks for another name by now than the one that was decided on."""

    code = "name_change_differs"
    title = Text("待确认的名称已变", "Another name waits for a decision")
    detail = Text("现为：{name}（英文：{name_en}）。", "It is: {name} (in English: {name_en}).")
    cure = Text("请重新读取后再作决定。", "Read it again and decide on what it asks for now.")


class LastOwner(Conflict):
    """An organisation keeps at least one owner; the last one can neither leave nor take a lower role."""

    code = "last_owner"
    title = Text("最后一位 owner 不能离开或降级", "The last owner cannot leave or step down")
    cure = Text("请先将另一位成员设为 owner。", "Make another member an owner first.")


class AlreadyMember(Conflict):
    """The person is a member of this organisation already."""

    code = "already_member"
    title = Text("已是该单位成员", "Already a member of this organisation")
    cure = Text("无须再次加入，可直接登录该单位。", "Nothing is to be done: sign in to the organisation.")


class InvitationGone(NotFound):
    """There is no such invitation, or it was accepted or withdrawn, or it has expired."""

    code = "invitation_not_found"
    title = Text("邀请无效", "The invitation is not valid")
    cure = Text("请 owner 重新邀请。", "Ask an owner for a new invitation.")


class ResetGone(NotFound):
    """There is no such password reset, or it was used, or it has expired."""

    code = "password_reset_not_found"
    title = Text("密码重置链接无效", "The password reset is not valid")
    cure = Text("请联系平台重新获取。", "Ask the platform for a new one.")


class PartyStands(Forbidden):
    """A party that is an organisation of the platform is changed there; any other by whoever entered it."""

    code = "party_not_yours"
    title = Text("该主体不由您维护", "This party is not yours to change")
    cure = Text(
        "平台上的单位由其自行更改；其他主体由登记方更改。",
        "An organisation of the platform changes it itself, any other party is changed by whoever entered it.",
    )


class RoleAboveOwn(Forbidden):
    """Nobody gives a key a role above its own."""

    code = "role_above_own"
    title = Text("不能授予高于自身的角色", "You cannot give a role above your own")
    cure = Text(
        "请改用不高于自身的角色，或请具有该角色的成员办理。",
        "Name a role no higher than yours, or ask a member who has that role.",
    )


class OperatorExists(Conflict):
    """The platform has its organisation already; its owners invite further members."""

    code = "operator_exists"
    title = Text("平台单位已存在", "The platform has its first member already")
    cure = Text(
        "请由平台现有的 owner 邀请新成员。", "Have an owner of the platform's organisation invite further members."
    )


class SeveralAccounts(Conflict):
    """Several accounts bear this address; the operator names one by its id."""

    code = "several_accounts"
    title = Text("该邮箱有多个账户", "Several accounts bear this address")
    detail = Text("请指明账户：{accounts}。", "Name one of: {accounts}.")
    cure = Text("请改用 detail 所列账户编号之一。", "Name the account by one of the ids in `detail`.")
