"""Which internet addresses are everybody's: what a stranger names is fetched from these alone.

The registries are IANA's (special-purpose IPv4 and IPv6 addresses); an IPv6 address that carries an
IPv4 address is judged by what it carries, for that is where packets go.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052 §2.1
_COMPATIBLE = IPv6Network("::/96")  # RFC 4291 §2.5.5.1, deprecated
_GLOBAL = IPv6Network("2000::/3")  # RFC 4291 §2.4: all that was ever given out
_LOW_32 = 0xFFFF_FFFF


def is_public(text: str) -> bool:
    """Whether an address, as a socket names it, belongs to the public internet."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        carried = _carried(address)
        if carried is None:
            return address in _GLOBAL and _is_public(address) and address.teredo is None
        address = carried
    return _is_public(address)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & _LOW_32)
    return None
