"""Why a connection is ended before a request of it was heard."""

from backend.core.errors import Problem, Text, Unavailable


class HeadersTooSlow(Problem):
    """The request line and headers did not arrive in time; the connection is closed."""

    status = 408
    code = "headers_too_slow"
    title = Text("请求头到达过慢", "The headers come too slowly")
    detail = Text(
        "请求行与请求头应在 {seconds} 秒内到达。", "Request line and headers must arrive within {seconds} seconds."
    )
    cure = Text("请换用更快的网络后重试。", "Use a faster connection and try again.")


class HeadersTooLarge(Problem):
    """The request line and headers are larger than is taken; the connection is closed."""

    status = 431
    code = "headers_too_large"
    title = Text("请求头过大", "The headers are too large")
    detail = Text("请求行与请求头最多 {limit} 字节。", "Request line and headers may have {limit} bytes together.")
    cure = Text(
        "请缩短地址、令牌或 Cookie；较长的内容放入正文。",
        "Shorten the address, token or cookies; put long things in a body.",
    )


class TooManyConnections(Unavailable):
    """The server, or the caller's address at it, has as many connections open as are held at once."""

    code = "too_many_connections"
    title = Text("连接过多", "Too many connections")
    detail = Text(
        "同时最多保持 {most} 个连接（一个地址 {most_of_one} 个）。",
        "At most {most} connections are held at once, {most_of_one} of one address.",
    )
    cure = Text(
        "请关闭不用的连接、复用已有连接，稍后重试。",
        "Close idle connections, use those that are open again, and retry.",
    )
