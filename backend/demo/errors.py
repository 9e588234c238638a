"""What the demonstration refuses."""

from backend.core.errors import NotFound, Text


class NotADemonstration(NotFound):
    """The clock can be moved in a demonstration only; here it shows the time."""

    code = "not_a_demonstration"
    title = Text("此处不是演示环境", "This is no demonstration")
    cure = Text("仅演示模式下可以移动时钟。", "The clock can be moved in demonstration mode only.")
