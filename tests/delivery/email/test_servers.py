"""Conversations with a server that asks for a sign-in or for TLS; one that nobody vouches for gets no message."""

import asyncio
import ssl
import subprocess

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr

from backend.core.settings import Settings, SettingsWrong, read_settings
from backend.delivery.email.codes import BounceKind
from backend.delivery.email.messages.rendering import Outgoing
from backend.delivery.email.readiness import ServerCheck
from backend.delivery.email.smtp import Outcome, Result, SmtpSender
from tests.scenarios.emails import Catcher, mail_settings

OUTGOING = Outgoing("bounces@patentmart.example", "somebody@example.com", b"Subject: x\r\n\r\n.\r\n..y\r\n")


@pytest.fixture
def mailing() -> Settings:
    return mail_settings(read_settings(patentmart_demo=True), 0)


def _knows(_server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, given: object) -> AuthResult:
    assert mechanism in {"LOGIN", "PLAIN"}
    return AuthResult(success=given == LoginPassword(b"patentmart", b"secret words"), handled=False)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # a conversation on this machine
@pytest.mark.parametrize(("password", "result"), [("secret words", Result.SENT), ("wrong", Result.UNREACHABLE)])
async def test_a_server_that_asks_for_a_sign_in_is_given_it(
    mailing: Settings, password: str, result: Result, caplog: pytest.LogCaptureFixture
) -> None:
    catcher, loop = Catcher(), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(catcher, loop=loop, authenticator=_knows, auth_required=True, auth_require_tls=False),
        "127.0.0.1",
        0,
    )
    said = {"smtp_port": server.sockets[0].getsockname()[1], "smtp_user": "patentmart"}
    sender = SmtpSender(mailing.model_copy(update=said | {"smtp_password": SecretStr(password)}))
    assert (await sender.send(OUTGOING)).result is result
    assert [one.recipient for one in catcher.got] == ["somebody@example.com"] * (result is Result.SENT)
    assert password not in caplog.text
    await sender.close()
    server.close()


@pytest.fixture(scope="module")
def unknown_certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    folder = tmp_path_factory.mktemp("certificate")
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*made, "-keyout", "key.pem", "-out", "cert.pem"], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize("mode", ["starttls", "tls"])
async def test_a_server_whose_certificate_nobody_vouches_for_gets_no_message(
    mailing: Settings, unknown_certificate: ssl.SSLContext, mode: str
) -> None:
    catcher, loop = Catcher(), asyncio.get_running_loop()
    offered = {"tls_context": unknown_certificate} if mode == "starttls" else {}
    over = {"ssl": unknown_certificate} if mode == "tls" else {}
    server = await loop.create_server(lambda: SMTP(catcher, loop=loop, **offered), "127.0.0.1", 0, **over)
    settings = mailing.model_copy(update={"smtp_port": server.sockets[0].getsockname()[1], "smtp_tls": mode})
    assert (await SmtpSender(settings).send(OUTGOING)).result is Result.UNREACHABLE
    with pytest.raises(ConnectionError):
        await ServerCheck(settings).line()
    assert catcher.begun == []
    server.close()


async def test_starttls_is_not_left_out_where_the_server_does_not_offer_it(mailing: Settings, catcher: Catcher) -> None:
    settings = mailing.model_copy(update={"smtp_port": catcher.port, "smtp_tls": "starttls"})
    assert (await SmtpSender(settings).send(OUTGOING)).result is Result.UNREACHABLE
    assert catcher.begun == []


async def test_a_connection_is_used_again_after_a_refusal(mailing: Settings, catcher: Catcher) -> None:
    sender = SmtpSender(mailing.model_copy(update={"smtp_port": catcher.port}))
    catcher.answer = lambda _address: "550 5.1.1 No such user"
    assert await sender.send(OUTGOING) == Outcome(Result.REFUSED, "550 5.1.1", BounceKind.HARD)
    catcher.answer = lambda _address: None
    assert (await sender.send(OUTGOING)).result is Result.SENT
    assert catcher.got[-1].raw.endswith(b"\r\n.\r\n..y\r\n"), "dots come as they were"
    await sender.close()


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"smtp_host": "smtp.example.com"}, "EMAIL_FROM"),
        ({"email_from": "nobody"}, "EMAIL_FROM"),
        ({"email_from": "a@example.com\r\nBcc: b@example.com"}, "EMAIL_FROM"),
        ({"email_from_name": "a\nb"}, "EMAIL_FROM_NAME"),
        ({"email_bounce_address": "a+b@example.com"}, "EMAIL_BOUNCE_ADDRESS"),
        ({"email_bounce_token": "short"}, "EMAIL_BOUNCE_TOKEN"),
        (
            {
                "smtp_host": "smtp.example.com",
                "email_from": "a@example.com",
                "smtp_password": "x",
                "smtp_tls": "none",
            },
            "SMTP_TLS",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(said: dict[str, str], place: str) -> None:
    with pytest.raises(SettingsWrong, match=place):
        read_settings(patentmart_demo=True, **said)
