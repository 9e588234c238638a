"""Which network addresses may be sent to: global unicast of the public internet, and nothing that leads elsewhere."""

import ipaddress
from typing import Final

# The IANA registries of special-purpose addresses (RFC 6890), written out: Python's `is_global` differs by version.
SPECIAL_V4: Final = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)  # fmt: skip
UNICAST_V6: Final = ipaddress.IPv6Network("2000::/3")
SPECIAL_V6: Final = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID, anycast
            "2001:db8::/32",
            "2002::/16",  # 6to4
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)  # fmt: skip
NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")  # how a network without IPv4 names the IPv4 internet (RFC 6052)


def _is_public_v4(address: ipaddress.IPv4Address) -> bool:
    return not any(address in special for special in SPECIAL_V4)


def is_public(address: str) -> bool:
    """Return whether the text is an IP address of the public internet.

    An IPv6 address that only wraps an IPv4 address (mapped, compatible, 6to4, Teredo, local NAT64) is refused; that of
    the well-known NAT64 prefix counts as what it wraps.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return _is_public_v4(found)
    if found.scope_id is not None:
        return False
    if found in NAT64:
        return _is_public_v4(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF))
    return found in UNICAST_V6 and not any(found in special for special in SPECIAL_V6)
