"""What is refused of second factors, and how it is said."""

from backend.core.errors import Conflict, Forbidden, NotSignedIn, Text, TooMany


class SecondFactorRequired(NotSignedIn):
    """The password is right, and the account has a second factor: the password alone opens nothing."""

    code = "second_factor_required"
    oauth_error = "mfa_required"
    title = Text("登录还需要第二因素验证码", "Signing in needs a code of the second factor besides")
    cure = Text(
        "请向 POST /v1/oauth/token 连同 second_factor_code（验证器当前的六位码，或一个恢复码）发送；其他操作请先登录。",
        "Send second_factor_code to POST /v1/oauth/token besides: the six digits that the authenticator shows, or a"
        " recovery code. Anything else is done signed in.",
    )


class SecondFactorNeeded(Forbidden):
    """What binds the organisation is signed: by a person with a code of the second factor, or by a signing key."""

    code = "second_factor_needed"
    title = Text("此操作需要第二因素验证码", "This needs a code of the second factor")
    cure = Text(
        "请在请求头 Second-Factor 中带上验证器当前的六位码，或一个恢复码；程序请使用带 signing:write 的密钥。",
        "Send the six digits that your authenticator shows, or a recovery code, in the header Second-Factor; a program"
        " uses an API key with signing:write.",
    )


class SecondFactorNotSetUp(Forbidden):
    """What is asked for needs a second factor, and the account has none."""

    code = "second_factor_not_set_up"
    title = Text("账户尚未设置第二因素", "The account has no second factor")
    cure = Text(
        "请用 POST /v1/me/second-factor 设置，并用 POST /v1/me/second-factor/confirmation 确认。",
        "Set one up by POST /v1/me/second-factor, and confirm it by POST /v1/me/second-factor/confirmation.",
    )


class SecondFactorWrong(Forbidden):
    """The code is none that the authenticator shows now, and no recovery code of the account."""

    code = "second_factor_wrong"
    oauth_error = "invalid_grant"
    title = Text("第二因素验证码不正确", "The code of the second factor is not right")
    cure = Text(
        "请核对设备时间，等下一个码出现后重试；验证器遗失时请用恢复码。",
        "Check the clock of the device and take the next code; without the authenticator, use a recovery code.",
    )


class SecondFactorUsed(Forbidden):
    """Each code counts once; this one, or a later one, has been used."""

    code = "second_factor_used"
    oauth_error = "invalid_grant"
    title = Text("该验证码已使用过", "The code was used already")
    cure = Text(
        "请等待验证器显示下一个码（至多 30 秒），或使用恢复码；用于设置或登录的码不能再用于签署。",
        "Wait for the authenticator's next code, 30 seconds at most, or use a recovery code: the one that set the "
        "second factor up, or signed in, does not sign as well.",
    )


class TooManyCodes(TooMany):
    """Too many wrong codes of the second factor for this account; each further one doubles the wait."""

    code = "too_many_codes"
    title = Text("第二因素验证码错误过多", "Too many wrong codes of the second factor")
    cure = Text(
        "请按 Retry-After 稍后再试。若非本人操作，说明有人知道您的密码，请立即修改。",
        "Wait as Retry-After says. If it was not you, somebody knows your password: change it.",
    )


class SecondFactorSetUp(Conflict):
    """The account has a second factor; another one is set up once it is removed."""

    code = "second_factor_set_up"
    title = Text("账户已设置第二因素", "The account has a second factor already")
    cure = Text(
        "更换验证器时，请先 DELETE /v1/me/second-factor。",
        "For another authenticator, first DELETE /v1/me/second-factor.",
    )


class SecondFactorNotBegun(Conflict):
    """There is no second factor that waits to be confirmed, or it was begun too long ago, or begun anew meanwhile."""

    code = "second_factor_not_begun"
    title = Text("没有待确认的第二因素", "No second factor waits to be confirmed")
    cure = Text("请用 POST /v1/me/second-factor 重新开始。", "Begin again by POST /v1/me/second-factor.")


class OwnSecondFactor(Forbidden):
    """The platform's staff resets the second factor of others; its own is removed with a code, or reset by another."""

    code = "second_factor_of_your_own"
    title = Text("不能重置本人的第二因素", "Nobody resets a second factor of his own")
    cure = Text(
        "请用恢复码，或请平台的另一位工作人员办理。", "Use a recovery code, or ask another member of the staff."
    )
