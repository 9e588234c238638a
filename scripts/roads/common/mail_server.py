"""A mail server of a road's own: as much of SMTP (RFC 5321) as it takes to be handed e-mails on this machine."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from common.walking import WentWrong

HOST = "127.0.0.1"
LONGEST = 10_000  # bytes of a line
REPLIES = {b"HELO": "250 road", b"EHLO": "250-road\r\n250-8BITMIME\r\n250 SMTPUTF8", b"MAIL": "250 2.1.0 Ok",
           b"RSET": "250 2.0.0 Ok", b"NOOP": "250 2.0.0 Ok"}  # fmt: skip


class Conversation(socketserver.StreamRequestHandler):
    """One connection of whoever hands e-mails over."""

    server: "MailServer"

    def handle(self) -> None:
        self._answer("220 road ESMTP")
        recipients: list[str] = []
        while line := self.rfile.readline(LONGEST):
            verb = line[:4].upper()
            if verb == b"QUIT":
                self._answer("221 2.0.0 Bye")
                return
            if verb == b"RCPT":
                recipients.append(line.partition(b"<")[2].partition(b">")[0].decode())
                self._answer("250 2.1.5 Ok")
            elif verb == b"DATA" and recipients:
                self._answer("354 End with a line of one dot")
                self.server.received.append((recipients, self._message()))
                self._answer("250 2.0.0 Ok")
                recipients = []
            elif verb == b"DATA":
                self._answer("503 5.5.1 RCPT comes first")
            else:
                recipients = recipients if verb == b"NOOP" else []
                self._answer(REPLIES.get(verb, "502 5.5.1 No such command"))

    def _answer(self, reply: str) -> None:
        self.wfile.write(f"{reply}\r\n".encode())

    def _message(self) -> EmailMessage:
        """Return what comes until a line of one dot; a dot at the beginning of another line was doubled."""
        lines = iter(self.rfile.readline, b"")
        content = b"".join(line[1:] if line[:1] == b"." else line for line in iter(lambda: next(lines), b".\r\n"))
        return message_from_bytes(content, _class=EmailMessage, policy=policy.default)


class MailServer(socketserver.ThreadingTCPServer):
    """What came, each e-mail with those it was for."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), Conversation)
        self.received: list[tuple[list[str], EmailMessage]] = []

    def with_text(self, to: str, text: str) -> EmailMessage | None:
        """Return the latest e-mail to an address whose text part has such words."""
        return next((one for who, one in reversed(self.received) if to in who and text in text_of(one)), None)


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    """Return the text part of an e-mail, or its HTML part."""
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content())


@contextmanager
def mail_server(port: int) -> Iterator[MailServer]:
    """Listen on a port until the road is walked."""
    try:
        server = MailServer(port)
    except OSError as taken:
        raise WentWrong(f"no mail server can listen on port {port} ({taken.strerror}); name another, --mail-port"
                        " here and SMTP_PORT where scripts/serve is started") from taken  # fmt: skip
    with server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
