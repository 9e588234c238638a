"""What is refused about e-mail addresses and their confirmation."""

from backend.core.errors import Conflict, Forbidden, NotFound, Text


class ConfirmationGone(NotFound):
    """There is no such confirmation, or it was used, or it has expired."""

    code = "email_confirmation_not_found"
    title = Text("邮箱确认链接无效", "The confirmation of the address is not valid")
    cure = Text(
        "请登录后重新申请：POST /v1/me/email-confirmation。",
        "Sign in and ask for a new one by POST /v1/me/email-confirmation.",
    )


class ConfirmationOfAnother(Forbidden):
    """The link was made for another account than the one that is signed in; nothing was confirmed."""

    code = "email_confirmation_of_another_account"
    title = Text("此链接属于另一账户", "The link is another account's")
    cure = Text(
        "若该账户是您的，请退出后以该账户登录，再打开链接；否则请忽略该邮件。",
        "If that account is yours too, sign in with it and open the link again; else leave the e-mail alone.",
    )


class AddressConfirmed(Conflict):
    """The account has confirmed its address already."""

    code = "email_already_confirmed"
    title = Text("邮箱已确认", "The address is confirmed already")
    cure = Text("无须再次确认。", "Nothing is to be done.")


class AddressOfAnother(Conflict):
    """Another account has confirmed this address; an address is confirmed by one account."""

    code = "email_confirmed_by_another_account"
    title = Text("该邮箱已被另一账户确认", "Another account has confirmed this address")
    cure = Text(
        "请用那个账户登录（忘记密码可重置），或为本账户改用其他邮箱：PUT /v1/me/email。",
        "Sign in with that account (its password can be reset), or give this one another address by PUT /v1/me/email.",
    )
