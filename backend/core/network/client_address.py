"""Where a request comes from, as far as it is counted: whoever has one address has many beside it."""

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

LINE: Final = 64  # bits of an IPv6 address that name a line; its subscriber chooses the others freely


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return what an address is counted as: IPv4 whole, also where IPv6 carries it, and of IPv6 its /64.

    What is no address, such as the name of a socket, is returned as it is.
    """
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return str(IPv6Network((int(known), LINE), strict=False))


def rough_network_of(address: str) -> str | None:
    """Return roughly where an address is: its IPv4 /24 or IPv6 /48; None for what is no address."""
    try:
        known = ip_address(address)
    except ValueError:
        return None
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    whole = mapped or known
    return str(ip_network((int(whole), 24 if whole.version == 4 else 48), strict=False))  # noqa: PLR2004 - IPv4


def is_this_machine(address: str) -> bool:
    """Whether the address is one by which a machine reaches itself."""
    try:
        known = ip_address(address)
    except ValueError:
        return False
    mapped = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return (mapped or known).is_loopback
