"""What may become of an import, and how its result is told."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from backend.core.errors import Text
from backend.imports.errors import NoLongerRunning


class Mode(StrEnum):
    """Whether an import only reports or also changes."""

    CHECK = "check"
    APPLY = "apply"


class Status(StrEnum):
    """How far an import has come."""

    RECEIVED = "received"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Outcome(StrEnum):
    """What came of one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REJECTED = "rejected"


class Action(StrEnum):
    """What moves an import on."""

    CHECK = "check"
    APPLY = "apply"
    FINISH = "finish"
    CANCEL = "cancel"
    FAIL = "fail"


TRANSITIONS: Final[Mapping[tuple[Status, Action], Status]] = {
    (Status.RECEIVED, Action.CHECK): Status.CHECKING,
    (Status.RECEIVED, Action.APPLY): Status.APPLYING,
    (Status.CHECKING, Action.CHECK): Status.CHECKING,  # begun again after a crash
    (Status.APPLYING, Action.APPLY): Status.APPLYING,
    (Status.CHECKING, Action.FINISH): Status.CHECKED,
    (Status.APPLYING, Action.FINISH): Status.DONE,
    (Status.RECEIVED, Action.CANCEL): Status.CANCELLED,
    (Status.CHECKING, Action.CANCEL): Status.CANCELLED,
    (Status.APPLYING, Action.CANCEL): Status.CANCELLED,
    (Status.RECEIVED, Action.FAIL): Status.FAILED,
    (Status.CHECKING, Action.FAIL): Status.FAILED,
    (Status.APPLYING, Action.FAIL): Status.FAILED,
}


def after(status: Status, action: Action) -> Status:
    """Give the status that the action leads to; raise NoLongerRunning where the import has ended."""
    following = TRANSITIONS.get((status, action))
    if following is None:
        raise NoLongerRunning(status=status.value)
    return following


SENTENCES: Final[Mapping[Status, Text]] = {
    Status.RECEIVED: Text("已收到文件，等待处理。", "The file is received and waits for its turn."),
    Status.CHECKING: Text("正在检查，已看 {rows} 行", "Checking (rows so far: {rows})"),
    Status.CHECKED: Text("检查完毕，未作任何更改；共 {rows} 行", "Checked, nothing was changed (rows: {rows})"),
    Status.APPLYING: Text("正在写入，已处理 {rows} 行", "Applying (rows so far: {rows})"),
    Status.DONE: Text("已完成；共 {rows} 行", "Done (rows: {rows})"),
    Status.CANCELLED: Text("已取消；此前处理了 {rows} 行", "Cancelled (rows dealt with before: {rows})"),
    Status.FAILED: Text("未能完成；此前处理了 {rows} 行", "Failed (rows dealt with before: {rows})"),
}
WORDS: Final[Mapping[Outcome, Text]] = {
    Outcome.CREATED: Text("新建 {n}", "{n} created"),
    Outcome.UPDATED: Text("更新 {n}", "{n} updated"),
    Outcome.UNCHANGED: Text("未变 {n}", "{n} unchanged"),
    Outcome.CONFLICT: Text("冲突 {n}", "{n} in conflict"),
    Outcome.REJECTED: Text("拒收 {n}", "{n} rejected"),
}
WITH_ERRORS: Final = Text("有错误的 {n} 行见 rejected.csv", "with errors, see rejected.csv: {n}")


def sentence(status: Status, counts: Mapping[str, int], with_errors: int, language: str) -> str:
    """Tell in one sentence what came of an import."""
    rows = sum(counts.values())
    said = SENTENCES[status].say(language, {"rows": rows})
    if status is Status.RECEIVED:
        return said
    parts = [WORDS[outcome].say(language, {"n": counts[outcome]}) for outcome in Outcome if counts.get(outcome)]
    if with_errors:
        parts.append(WITH_ERRORS.say(language, {"n": with_errors}))
    comma, colon, stop = (", ", ": ", ".") if language == "en" else ("，", "：", "。")
    return said + (colon + comma.join(parts) if parts else "") + stop
