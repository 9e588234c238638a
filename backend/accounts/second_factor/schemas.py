"""What second factors take and give."""

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, StringConstraints

from backend.accounts.schemas import Password, Reason
from backend.core.http.schemas import Body, Moment, Uncontrolled, Version

LONGEST_CODE: Final = 40
Code = Annotated[
    str,
    Uncontrolled,
    StringConstraints(min_length=1, max_length=LONGEST_CODE),
    Field(json_schema_extra={"writeOnly": True}),
]


class SecondFactorBegin(Body):
    """The present password."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"current_password": "a long sentence of mine"}]})

    current_password: Password


class SecondFactorCode(Body):
    """The six digits that the authenticator shows; where it is set up, a recovery code serves too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "123456"}]})

    code: Code


class SecondFactorRemoval(Body):
    """The present password, and a code of the authenticator or a recovery code."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"current_password": "a long sentence of mine", "code": "123456"}]}
    )

    current_password: Password
    code: Code


class SecondFactorReset(Body):
    """Why the staff removes somebody's second factor: how the person was recognised. It is kept, and told to it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Lost telephone; recognised by a call back to the organisation."}]}
    )

    reason: Reason


class SecondFactorOut(Version):
    """Whether the account has a second factor."""

    status: Literal["not_set_up", "begun", "set_up"]
    since: Moment | None = Field(description="Since when it is set up.")
    recovery_codes_left: int


class SecondFactorBegun(Version):
    """What an authenticator is given; it shows once, in the answer that made it."""

    status: Literal["begun"] = "begun"
    secret: str | None = Field(description="Base 32, to be typed in; null in a repetition.")
    uri: str | None = Field(description="The same as an otpauth address.")
    qr_code: str | None = Field(description="The address as a QR code: an SVG picture as a data URI.")
    expires_at: Moment = Field(description="Until when it can be confirmed.")


class RecoveryCodesOut(SecondFactorOut):
    """The second factor with its recovery codes, which show once, in the answer that made them."""

    next_code_at: Moment = Field(
        description="From when on the authenticator shows a code that signs: the one that was just sent is used up."
    )
    recovery_codes: list[str] | None = Field(description="Ten, each for one use; null in a repetition.")
