"""What is refused about the erasure of accounts."""

from backend.core.errors import Conflict, Text


class ErasureNotPossible(Conflict):
    """Others depend on the person: an organisation that only he owns has members, or deals that have not ended."""

    code = "erasure_not_possible"
    title = Text("账户暂不能注销", "The account cannot be erased yet")
    cure = Text("请先处理 `reasons` 所列各项，再重试。", "Settle what `reasons` lists, then try again.")
