"""Sends one delivery: signed, to a public address only, without following where it points."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from standardwebhooks import Webhook as Signer

from backend.delivery.webhooks.codes import DeliveryFailure
from backend.delivery.webhooks.public_addresses import is_public
from backend.delivery.webhooks.rules import url_flaw

TIMEOUT: Final = aiohttp.ClientTimeout(total=15, sock_connect=5)  # seconds
NAMED: Final = 3.0  # seconds for a name server to answer in
READ: Final = 4_096  # bytes of an answer
AGENT: Final = "patentmart-webhooks"


class NotPublic(OSError):
    """The name stands for an address that is private or of this machine."""


class _Guarded(AbstractResolver):
    """Resolves names to public addresses alone: the address that is checked is the one that is used."""

    def __init__(self, *, private: bool) -> None:
        # without threads: slow name servers of one organisation would fill them, and others' deliveries fail for it
        self._inner = aiohttp.AsyncResolver(timeout=NAMED, tries=2)
        self._private = private

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """Return the addresses of a name; raise NotPublic where any of them is not."""
        found = await self._inner.resolve(host, port, family)
        if not self._private and not all(is_public(one["host"]) for one in found):
            raise NotPublic(host)
        return found

    async def close(self) -> None:
        """Close the resolver."""
        await self._inner.close()


def _socket_factory(*, private: bool) -> Callable[[Any], socket.socket]:
    """Return what opens a connection's socket: none to an address that is not public, however it was come by."""

    def opened(found: Any) -> socket.socket:
        family, kind, protocol, _, place = found
        if not private and not is_public(str(place[0])):
            raise NotPublic(place[0])
        return socket.socket(family, kind, protocol)

    return opened


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: where, under which id, signed with which secrets."""

    url: str
    id: str
    body: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the answer's status, why it failed if it did, and the beginning of what it said."""

    answered: int | None
    failure: DeliveryFailure | None
    body: bytes = b""


class WebhookSender:
    """Sends messages, until it is closed."""

    def __init__(self, *, private: bool) -> None:
        self._private, self._resolver = private, _Guarded(private=private)
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,
            force_close=True,
            limit=0,
            socket_factory=_socket_factory(private=private),
        )
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=TIMEOUT, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._resolver.close()

    async def send(self, message: Message, at: datetime, *, reads: bool = False) -> Outcome:
        """Return what came of one attempt, with what was answered if it is read; nothing the other side does raises."""
        if url_flaw(message.url, private=self._private) is not None:  # the setting was another when it was entered
            return Outcome(None, DeliveryFailure.ADDRESS)
        signatures = " ".join(Signer(secret).sign(message.id, at, message.body) for secret in message.secrets)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            "webhook-id": message.id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signatures,
        }
        asked = self._session.post(message.url, data=message.body.encode(), headers=headers, allow_redirects=False)
        try:
            async with asked as answer:
                body = await _beginning(answer.content) if reads else b""
                failure = None if 200 <= answer.status < 300 else DeliveryFailure.STATUS  # noqa: PLR2004 - no redirection
                return Outcome(answer.status, failure, body)
        except TimeoutError:
            return Outcome(None, DeliveryFailure.TIMEOUT)
        except aiohttp.ClientConnectorCertificateError:
            return Outcome(None, DeliveryFailure.CERTIFICATE)
        except (aiohttp.ClientError, OSError, ValueError, ssl.SSLError) as error:
            return Outcome(None, DeliveryFailure.ADDRESS if _is_private(error) else DeliveryFailure.CONNECTION)


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    """Return at most READ bytes of an answer, however small the pieces in which it comes."""
    body = b""
    while len(body) < READ and (piece := await content.read(READ - len(body))):
        body += piece
    return body


def _is_private(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, NotPublic) or isinstance(getattr(error, "os_error", None), NotPublic):
            return True
        error = error.__cause__ or error.__context__
    return False
