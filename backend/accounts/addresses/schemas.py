"""What is taken and answered about the confirmation of addresses."""

from pydantic import ConfigDict, Field

from backend.accounts.schemas import Address, Password
from backend.core.http.schemas import Body, Moment, Out


class AddressChange(Body):
    """The new address and the present password."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "wang.new@example.com", "current_password": "a long sentence of mine"}]
        }
    )

    email: Address
    current_password: Password


class ConfirmationAsked(Out):
    """The address to which an e-mail with a link goes, and until when the link is good."""

    email: str
    expires_at: Moment


class ConfirmationOut(Out):
    """What the link would confirm, and for which account; looking at it changes nothing."""

    email: str
    user_id: str
    created_at: Moment
    expires_at: Moment
    is_change: bool = Field(description="Whether the account bears another address until then.")
    next: str = Field(description="What to do to confirm the address.")
