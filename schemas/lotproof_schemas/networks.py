"""Addresses and networks that something is allowed from."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """Read "127.0.0.1, 10.0.0.0/8, ::1"; nothing is none. Raises: ValueError."""
    return tuple(ip_network(part.strip()) for part in text.split(",")) if text.strip() else ()


def is_in(address: str | None, allowed: Iterable[Network]) -> bool:
    """Whether an address lies in one of the networks; what is no address lies in none."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    plain = getattr(found, "ipv4_mapped", None) or found  # what came to an IPv6 socket by IPv4
    return any(plain.version == one.version and plain in one for one in allowed)
