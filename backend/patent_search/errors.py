"""Why a search is refused."""

from backend.core.errors import Malformed, Text


class GradeUnknown(Malformed):
    """A grade is asked for that the platform does not use."""

    code = "grade_unknown"
    title = Text("没有这个分级", "There is no such grade")
    detail = Text("现有分级：{grades}。", "There are: {grades}.")
    cure = Text("请改用 detail 所列的等级。", "Use one of the grades that `detail` names.")
