"""What may become of an import, and how its result is told."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from backend.core.errors import Text
from backend.imports.formats.errors import NoLongerRunning

RUN: Final = "imports.run"  # the job of an import, done by `jobs.run`; of a large one, beside the server
RUN_LARGE: Final = "imports.run_large"


class Mode(StrEnum):
    """Whether an import only reports or also changes."""

    CHECK = "check"
    APPLY = "apply"


class Prefer(StrEnum):
    """Which side wins where a file differs from what somebody changed by hand."""

    REGISTER = "register"
    FILE = "file"


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
    """Return the status that the action leads to; raise NoLongerRunning where the import has ended."""
    following = TRANSITIONS.get((status, action))
    if following is None:
        raise NoLongerRunning(status=status.value)
    return following


UNDER_WAY: Final = (Status.RECEIVED, Status.CHECKING, Status.APPLYING)
ROWS: Final = {1: Text("{n} 行", "{n} row")}
MANY_ROWS: Final = Text("{n} 行", "{n} rows")
BEGINNINGS: Final[Mapping[Status, Text]] = {
    Status.RECEIVED: Text("已收到文件，等待处理", "The file is received and waits for its turn"),
    Status.CHECKING: Text("正在检查，已看 {rows}", "Checking, {rows} so far"),
    Status.CHECKED: Text("已检查 {rows}，未作任何更改", "{rows} checked, nothing changed"),
    Status.APPLYING: Text("正在写入，已处理 {rows}", "Applying, {rows} so far"),
    Status.DONE: Text("{rows}", "{rows}"),
    Status.CANCELLED: Text("已取消，此前处理了 {rows}", "Cancelled after {rows}"),
    Status.FAILED: Text("未能完成，此前处理了 {rows}", "Failed after {rows}"),
}
WORDS: Final[Mapping[Outcome, Text]] = {
    Outcome.CREATED: Text("新建 {n}", "{n} created"),
    Outcome.UPDATED: Text("更新 {n}", "{n} updated"),
    Outcome.UNCHANGED: Text("未变 {n}", "{n} unchanged"),
    Outcome.CONFLICT: Text("冲突 {n}", "{n} conflicts"),
    Outcome.REJECTED: Text("拒收 {n}", "{n} rejected"),
}
ONE_CONFLICT: Final = Text("冲突 {n}", "{n} conflict")
TO_COME: Final[Mapping[Outcome, Text]] = {
    **WORDS,
    Outcome.CREATED: Text("将新建 {n}", "{n} to be created"),
    Outcome.UPDATED: Text("将更新 {n}", "{n} to be updated"),
}
LACKING: Final = Text(
    "；其余各行中有 {n} 行含无法读取的列", "; {n} of the rows that {land} {have} a column that could not be read"
)


def landed_lacking(counts: Mapping[str, int], with_errors: int) -> int:
    """Return how many rows landed without all of their columns; a conflict and a rejection always have errors."""
    return max(0, with_errors - counts.get(Outcome.CONFLICT, 0) - counts.get(Outcome.REJECTED, 0))


def _counted(counts: Mapping[str, int], words: Mapping[Outcome, Text], language: str) -> list[str]:
    said = []
    for outcome in Outcome:
        n = counts.get(outcome, 0)
        word = ONE_CONFLICT if outcome is Outcome.CONFLICT and n == 1 else words[outcome]
        said += [word.say(language, {"n": f"{n:,}"})] if n else []
    return said


def sentence(status: Status, mode: Mode, counts: Mapping[str, int], with_errors: int, language: str) -> str:
    """Tell in one sentence what came of an import: how many rows, how many of each outcome, how many lack a column."""
    is_english, rows = language == "en", sum(counts.values())
    said = ROWS.get(rows, MANY_ROWS).say(language, {"n": f"{rows:,}"})
    text = BEGINNINGS[status].say(language, {"rows": said})
    parts = _counted(counts, TO_COME if mode is Mode.CHECK else WORDS, language)
    if parts:
        text += (": " if is_english else "：") + (", " if is_english else "，").join(parts)
    if lacking := landed_lacking(counts, with_errors):
        land, have = "would land" if mode is Mode.CHECK else "landed", "has" if lacking == 1 else "have"
        text += LACKING.say(language, {"n": f"{lacking:,}", "land": land, "have": have})
    return text + ("." if is_english else "。")
