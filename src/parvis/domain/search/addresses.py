"""Whoever pastes an address into the search box means exactly that status or account."""

from typing import Literal

import msgspec

from parvis.domain.accounts.lookup import find_by_acct
from parvis.domain.addresses import Addresses
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.ids import IdInvalid, parse_id

Q = queries("parvis.domain.search")


class Exact(msgspec.Struct, frozen=True):
    """What an address is the address of."""

    kind: Literal["status", "account"]
    id: int


async def find_by_address(db: Db, text: str, addresses: Addresses) -> Exact | None:
    """The status or account of an address; None when it is no address of anything known here."""
    if "\0" in text:
        return None
    rest = text.removeprefix(addresses.root)
    if rest != text:
        return await _own(db, rest.split("?")[0].split("#")[0].strip("/").split("/"), addresses)
    row = await db.fetchrow(Q.find_by_uri, text)
    if row["status_id"] is not None:
        return Exact("status", row["status_id"])
    return None if row["account_id"] is None else Exact("account", row["account_id"])


async def _own(db: Db, parts: list[str], addresses: Addresses) -> Exact | None:
    """Read /@name, /@name/1, /users/name and /users/name/statuses/1 (the name may be an old one)."""
    match parts:
        case ["users", name] | ["users", name, "statuses", _]:
            pass
        case [at, *rest] if at.startswith("@") and len(rest) <= 1:
            name = at[1:]
        case _:
            return None
    last = parts[-1]
    if last in (name, f"@{name}"):
        account_id = await find_by_acct(db, name, addresses.domain)
        return None if account_id is None else Exact("account", account_id)
    try:
        return Exact("status", parse_id(last))
    except IdInvalid:
        return None
