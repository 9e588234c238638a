"""What happens to second factors, as events."""

from typing import Annotated, Final

from backend.accounts.events import OWN, PERSON
from backend.core.events.domain_event import INTERNAL, EventPayload

DEFAULT_LANGUAGE: Final = "zh"


class SecondFactorChanged(EventPayload, audience=PERSON):
    """Something has happened to a person's second factor; e-mails are in the language of whoever did it."""

    language: Annotated[str, INTERNAL] = DEFAULT_LANGUAGE


class SecondFactorEnabled(SecondFactorChanged, name="account.second_factor_enabled"):
    """A person has set up a second factor."""


class SecondFactorDisabled(SecondFactorChanged, name="account.second_factor_disabled"):
    """A person has removed the second factor of the account."""


class SecondFactorReset(SecondFactorChanged, name="account.second_factor_reset"):
    """The platform's staff has removed a person's second factor."""

    reason: str


class RecoveryCodesRenewed(SecondFactorChanged, name="account.recovery_codes_renewed"):
    """A person has new recovery codes; those before count no more."""


class RecoveryCodeUsed(SecondFactorChanged, name="account.recovery_code_used"):
    """A recovery code was used in place of the authenticator."""

    left: int


class SecondFactorGuessed(SecondFactorChanged, name="account.second_factor_guessed"):
    """Somebody who knows a person's password has sent so many wrong codes with it that sign-ins are slowed."""


class SigningKeyMade(EventPayload, name="signing_key.made", audience=OWN):
    """An API key was made that signs for the organisation."""
