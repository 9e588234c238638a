"""One-click unsubscribing (RFC 8058), as every address of it has it in its path and in its request."""

from typing import Annotated, Any, Final

from fastapi import Path

EXAMPLE: Final = "Zk9wQ2V4YW1wbGVfdG9rZW5fb25seQ"
Token = Annotated[str, Path(min_length=20, max_length=400, pattern=r"^[A-Za-z0-9_-]+$", examples=[EXAMPLE])]
ONE_CLICK: Final[dict[str, Any]] = {
    "requestBody": {
        "required": False,
        "description": "Empty, or the form of RFC 8058; whatever it says, the token alone counts.",
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": {"List-Unsubscribe": {"type": "string"}}},
                "example": {"List-Unsubscribe": "One-Click"},
            }
        },
    }
}
