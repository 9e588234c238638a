"""What members are told of what becomes of their webhooks."""

from typing import Final

from backend.core.errors import Text
from backend.core.events import Told
from backend.delivery.codes import DisabledBecause

TOLD: Final[dict[str, Told]] = {
    "webhook.disabled": Told(
        "webhooks",
        Text("一个回调地址已停用。", "A webhook was disabled."),
        by="because",
        texts={
            DisabledBecause.FAILING: Text(
                "一个回调地址连续三天发送失败，已停用。",
                "A webhook was disabled: for three days nothing could be sent.",
            ),
            DisabledBecause.GONE: Text(
                "一个回调地址回答 410，已停用。", "A webhook was disabled: its address answered 410."
            ),
        },
    ),
}
