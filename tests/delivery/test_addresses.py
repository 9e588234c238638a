"""What is sent goes to the public internet alone, in whatever an address of another network is wrapped."""

from datetime import UTC, datetime

import httpx
import pytest

from backend.delivery.webhooks.codes import DeliveryFailure
from backend.delivery.webhooks.public_addresses import is_public
from backend.delivery.webhooks.sender import Message, Outcome, WebhookSender
from tests.scenarios.members import register_organisation
from tests.scenarios.webhooks import run_receiver

PUBLIC = (
    "8.8.8.8", "1.1.1.1", "114.114.114.114", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1",
    "198.17.255.255", "198.20.0.1", "223.255.255.254", "2400:3200::1", "2606:4700:4700::1111", "2001:4860:4860::8888",
    "2a00:1450:4001:80b::200e", "240e:4c:4008::1", "64:ff9b::808:808",
)  # fmt: skip
NOT_PUBLIC = (
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",  # noqa: S104 - bound to by nobody
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.9", "192.0.2.1", "192.88.99.1",
    "192.168.0.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::224.0.0.1", "64:ff9b::", "64:ff9b:0:0:1::808:808",
    "64:ff9b:1::7f00:1", "64:ff9b:1::808:808", "64:ff9b:1:7f00:0:100::", "100::1", "100:0:0:1::1", "1::1", "2001::1",
    "2001:0:808:808::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1",
    "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fd12:3456:789a::1", "fe80::1", "fe80::1%lo",
    "2606:4700::1%eth0", "febf::1", "fec0::1", "feff::1", "ff02::1", "ff0e::1", "ffff::1",
    "", "localhost", "127.1", "0", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.01", "8.8.8.8/32", "[::1]",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_no_other_address_is(address: str) -> None:
    assert not is_public(address)


async def test_a_webhook_at_such_an_address_is_refused(connected: httpx.AsyncClient) -> None:
    mine = await register_organisation(connected)
    literals = [address for address in NOT_PUBLIC if address and set(address) <= set("0123456789abcdef.:")]
    for address in literals:
        url = f"https://[{address}]/" if ":" in address else f"https://{address}/"
        answer = await connected.post("/v1/webhooks", json={"url": url}, headers=mine.headers)
        said = [error["code"] for error in answer.json().get("errors", [])]
        assert (answer.status_code, said) == (422, ["url_not_allowed"]), url


async def test_such_an_address_is_not_connected_to_whatever_name_leads_there() -> None:
    async with run_receiver() as receiver, WebhookSender(private=False) as post:
        port = receiver.url.rpartition(":")[2]
        for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "localhost"):
            for scheme in ("http", "https"):
                message = Message(f"{scheme}://{host}:{port}/", "dlv_1", "{}", ("whsec_c2VjcmV0",))
                outcome = await post.send(message, datetime.now(UTC))
                assert outcome == Outcome(None, DeliveryFailure.ADDRESS), message.url
        assert receiver.got == []
