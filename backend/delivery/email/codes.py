"""The codes of e-mails: stable, written as they are stored and shown."""

from enum import StrEnum


class EmailKind(StrEnum):
    """What an e-mail is, which decides how soon it goes and whether it is sent again."""

    ACCOUNT = "account"
    LEGAL = "legal"
    NOTIFICATION = "notification"
    DIGEST = "digest"


class EmailStatus(StrEnum):
    """How far an e-mail has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"


class EmailAction(StrEnum):
    """What happens to an e-mail."""

    BEGIN_ATTEMPT = "begin_attempt"
    DELIVER = "deliver"
    RETRY = "retry"
    FAIL = "fail"
    LOSE = "lose"
    SUPPRESS = "suppress"


class EmailFailure(StrEnum):
    """Why an e-mail was not sent, or what came of its last attempt."""

    UNREACHABLE = "unreachable"
    PUT_OFF = "put_off"
    REFUSED = "refused"
    EXPIRED = "expired"
    INTERRUPTED = "interrupted"
    ADDRESS = "address"
    ADDRESS_STOPPED = "address_stopped"
    NOT_A_MEMBER = "not_a_member"
    SWITCHED_OFF = "switched_off"
    NO_LONGER_DUE = "no_longer_due"
    TOO_MANY = "too_many"


class Frequency(StrEnum):
    """How often a member is told of a category by e-mail."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class EmailLanguage(StrEnum):
    """In which language a member is written to."""

    ZH = "zh"
    EN = "en"


class BounceKind(StrEnum):
    """What an e-mail that came back says of its address."""

    HARD = "hard"
    SOFT = "soft"
