"""Where a request came from, behind proxies that may be believed and clients that may not."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

Network = IPv4Network | IPv6Network


def client_address(request: Request, trusted: Sequence[Network]) -> str:
    """The caller's address: the last one of X-Forwarded-For that is no trusted proxy's.

    Read from the right: what stands left of an untrusted address is what that one claims. An IPv6
    caller is its /64, which is what one household or machine gets.
    """
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return address_behind(request.client.host if request.client else "", forwarded, trusted)


def is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    """Whether that address is a proxy that may be believed."""
    peer = _parse(address) if trusted else None
    return peer is not None and _is_in(peer, trusted)


def address_behind(address: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The same from the address of a connection and the words of its X-Forwarded-For."""
    peer = _parse(address)
    if peer is None:
        return ""
    if trusted and _is_in(peer, trusted):
        for hop in reversed(forwarded.split(",")):
            found = _parse(hop.strip())
            if found is None:
                break
            peer = found
            if not _is_in(found, trusted):
                break
    if isinstance(peer, IPv6Address):
        return str(IPv6Network((peer, 64), strict=False).network_address)
    return str(peer)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _is_in(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
