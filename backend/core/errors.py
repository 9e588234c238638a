"""Every refusal of the platform is one of these.

Problem
├── Malformed 422 ─ UnknownParameter, InvalidCursor, …
├── NotSignedIn 401
├── Forbidden 403
├── NotFound 404
├── MethodNotAllowed 405
├── TooSlow 408
├── Conflict 409
├── Stale 412
├── TooLarge 413
├── UnsupportedMedia 415
├── PreconditionRequired 428
├── TooMany 429
├── Internal 500
└── Unavailable 503
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple


class Text(NamedTuple):
    """One sentence in both languages of the platform; may hold `{name}` places for the facts of the case."""

    zh: str
    en: str

    def say(self, language: str, facts: Mapping[str, object]) -> str:
        """Return the sentence in `language` (zh or en) with the facts filled in."""
        sentence = self.en if language == "en" else self.zh
        return sentence.format_map(facts) if facts else sentence


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a request: a JSON pointer, a stable code, a sentence, and values for programs."""

    pointer: str
    code: str
    detail: Text
    facts: Mapping[str, object] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One of several reasons for a refusal, with the legal rule where there is one, and what it is about."""

    code: str
    detail: Text
    rule: str | None = None
    cure: Text | None = None
    since: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    params: Mapping[str, str | Text] = field(default_factory=dict)


class Problem(Exception):
    """A refusal with a stable code, rendered as RFC 9457 by one handler. The docstring is its page's explanation."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"
    title: ClassVar[Text] = Text("请求未能完成", "The request could not be completed")
    detail: ClassVar[Text | None] = None
    cure: ClassVar[Text | None] = None
    rule: ClassVar[str | None] = None
    shows: ClassVar[tuple[str, ...]] = ()  # the facts that are members of the document too
    oauth_error: ClassVar[str] = "invalid_request"  # what RFC 6749 calls it, said at the token addresses only

    def __init__(
        self,
        *,
        errors: Sequence[FieldError] = (),
        reasons: Sequence[Reason] = (),
        headers: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(self.code)
        self.errors = tuple(errors)
        self.reasons = tuple(reasons)
        self.headers = dict(headers or {})
        self.facts = facts

    def document(self, language: str, base: str, instance: str) -> dict[str, Any]:
        """Return the RFC 9457 members in `language`; `type` links to the page under `base`."""
        body: dict[str, Any] = {
            "type": f"{base}/problems/{self.code}",
            "title": self.title.say(language, {}),
            "status": self.status,
            "detail": (self.detail or self.title).say(language, self.facts),
            "instance": instance,
            "code": self.code,
        }
        if instance.startswith("/v1/oauth/"):
            body["error"] = self.oauth_error
        if self.rule:
            body["rule"] = self.rule
        if self.cure:
            body["cure"] = self.cure.say(language, self.facts)
        if self.errors:
            body["errors"] = [_field_error(e, language) for e in self.errors]
        if self.reasons:
            body["reasons"] = [_reason(r, language) for r in self.reasons]
        return body | {name: self.facts[name] for name in self.shows if name in self.facts}


def _field_error(error: FieldError, language: str) -> dict[str, Any]:
    values: dict[str, Any] = {"pointer": error.pointer, "code": error.code}
    values["detail"] = error.detail.say(language, error.facts)
    if error.params:
        values["params"] = dict(error.params)
    return values


def _reason(reason: Reason, language: str) -> dict[str, Any]:
    values: dict[str, Any] = {"code": reason.code, "detail": reason.detail.say(language, reason.facts)}
    if reason.rule:
        values["rule"] = reason.rule
    if reason.cure:
        values["cure"] = reason.cure.say(language, reason.facts)
    if reason.since:
        values["since"] = reason.since
    if reason.params:
        values["params"] = {
            name: value.say(language, {}) if isinstance(value, Text) else value for name, value in reason.params.items()
        }
    return values


class Malformed(Problem):
    """The request is not of the form the operation takes; `errors` names each place."""

    status = 422
    code = "malformed"
    title = Text("请求格式不正确", "The request is malformed")
    cure = Text("请按 errors 中逐项说明改正后重发。", "Correct what `errors` names and send it again.")


class BadJson(Malformed):
    """The body is not JSON in UTF-8."""

    code = "bad_json"
    title = Text("请求正文不是有效的 JSON", "The body is not valid JSON")
    cure = Text("请发送 UTF-8 编码的 JSON。", "Send JSON in UTF-8.")


class InvalidCursor(Malformed):
    """The cursor was not given out by this list, or was altered, or belongs to another question."""

    code = "invalid_cursor"
    title = Text("游标无效", "The cursor is not valid here")
    cure = Text("请不带 cursor 重新从第一页取。", "Start again from the first page, without a cursor.")


class NotSignedIn(Problem):
    """The operation needs a signed-in caller, and no valid token came with the request."""

    status = 401
    code = "not_signed_in"
    title = Text("需要登录", "Sign in first")
    cure = Text(
        "请用 POST /v1/oauth/token 取得令牌，放在 Authorization: Bearer 中。",
        "Get a token from POST /v1/oauth/token and send it as Authorization: Bearer.",
    )

    def __init__(self, **facts: Any) -> None:
        facts.setdefault("headers", {"WWW-Authenticate": 'Bearer realm="patentmart"'})
        super().__init__(**facts)


class Forbidden(Problem):
    """The caller may see the thing but may not do this with it."""

    status = 403
    code = "forbidden"
    title = Text("无权进行此操作", "You may not do this")
    cure = Text(
        "请由有此权限的同事或有权的一方办理。",
        "Have somebody do it who may: a colleague with the role, or the side that it belongs to.",
    )


class NotFound(Problem):
    """There is no such thing, or the caller may not see it."""

    status = 404
    code = "not_found"
    title = Text("没有找到", "Not found")
    cure = Text("请核对地址与编号。", "Check the address and the id.")


class MethodNotAllowed(Problem):
    """The address exists but does not take this method; `Allow` names those it takes."""

    status = 405
    code = "method_not_allowed"
    title = Text("此地址不支持该方法", "This address does not take that method")
    cure = Text("请改用 Allow 所列的方法。", "Use one of the methods that `Allow` names.")


class NotAcceptable(Problem):
    """The operation cannot answer in a form the request accepts."""

    status = 406
    code = "not_acceptable"
    title = Text("无法以所要求的格式回答", "No acceptable form of answer")
    cure = Text(
        "请在 Accept 中填写 /docs 所列的类型，或不发送 Accept。",
        "Name a type that /docs lists in Accept, or send no Accept.",
    )


class Conflict(Problem):
    """The thing is in a state in which this cannot be done, or another right stands against it."""

    status = 409
    code = "conflict"
    title = Text("与当前状态冲突", "This conflicts with the present state")
    cure = Text("请重新读取，按其现状办理。", "Read it again, and act on what it says now.")


class NotInState(Conflict):
    """The thing is in a state from which this step does not lead on."""

    code = "not_in_state"
    title = Text("当前状态不能进行此操作", "The state does not allow this step")
    detail = Text("状态 {status} 不能进行 {action}。", "From {status} there is no {action}.")
    cure = Text("请先读取，按其 status 选择操作。", "Read it and choose a step that its status allows.")


class StepNotYours(Forbidden):
    """The step belongs to others than the caller."""

    code = "step_not_yours"
    title = Text("此操作不由您进行", "This step is not yours to take")
    detail = Text("{action} 只能由以下一方进行：{by}。", "Only these may take the step {action}: {by}.")
    cure = Text("请由 detail 所列的一方办理。", "Have one of those whom `detail` names take it.")


class Stale(Problem):
    """The thing was changed since the caller read it."""

    status = 412
    code = "stale"
    title = Text("内容已被他人更改", "It was changed meanwhile")
    cure = Text("请重新读取，核对后带新的 ETag 重试。", "Read it again, check, and retry with the new ETag.")


class TooLarge(Problem):
    """The body or file is larger than the operation takes."""

    status = 413
    code = "too_large"
    title = Text("内容过大", "Too large")
    detail = Text("最多 {limit} 字节。", "At most {limit} bytes are taken.")
    cure = Text("请分成几份发送。", "Send it in several parts.")


class TooSlow(Problem):
    """The body came too slowly; whatever had come of it is gone."""

    status = 408
    code = "upload_too_slow"
    title = Text("上传过慢", "The upload is too slow")
    detail = Text(
        "正文应在 {seconds} 秒内到达，较大的正文平均每秒至少 {slowest} 字节。",
        "A body must arrive within {seconds} seconds, a larger one at {slowest} bytes a second on average.",
    )
    cure = Text(
        "请换用更快的网络，或把文件压缩、分成几份后重新发送。",
        "Use a faster connection, or pack the file or split it, and send it again.",
    )


class UnsupportedMedia(Problem):
    """The body's media type is not one the operation takes."""

    status = 415
    code = "unsupported_media_type"
    title = Text("不支持的内容类型", "Unsupported media type")
    cure = Text("请按 /docs 所列的 Content-Type 发送。", "Send the Content-Type that /docs names.")


class PreconditionRequired(Problem):
    """A change of an existing thing must say which version it changes."""

    status = 428
    code = "if_match_required"
    title = Text("需要 If-Match", "If-Match is required")
    cure = Text("请先 GET 该资源，并在 If-Match 中带上其 ETag。", "GET the thing first and send its ETag in If-Match.")


class TooMany(Problem):
    """Too many requests in a short time; `Retry-After` says when to come back."""

    status = 429
    code = "too_many_requests"
    oauth_error = "temporarily_unavailable"
    title = Text("请求过于频繁", "Too many requests")
    cure = Text("请在 Retry-After 所示秒数后重试。", "Try again after the seconds in Retry-After.")


class Internal(Problem):
    """Something failed on our side; the id in `instance` finds it in the log."""

    status = 500
    code = "internal"
    title = Text("服务器内部错误", "Something failed on our side")
    cure = Text(
        "请稍后重试；如仍失败，请告知 instance 中的编号。", "Try again later; if it persists, report `instance`."
    )


class Unavailable(Problem):
    """A part of the platform is away for the moment."""

    status = 503
    code = "unavailable"
    oauth_error = "temporarily_unavailable"
    title = Text("服务暂不可用", "Unavailable for the moment")
    cure = Text("请在 Retry-After 所示秒数后重试。", "Try again after the seconds in Retry-After.")

    def __init__(self, **facts: Any) -> None:
        facts.setdefault("headers", {"Retry-After": "2"})
        super().__init__(**facts)


def every_problem(root: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Yield each declared problem once, in the order of the tree."""
    for problem in root.__subclasses__():
        yield problem
        yield from every_problem(problem)
