"""Petitions that rest on an issuer's word, and people who go there and back."""

from typing import Any

from tests.rig.issuer import CLIENT, SECRET, Issuer
from tests.rig.network import Network
from tests.rig.petitions import allow_strangers, started
from tests.rig.reader import PageRead, Reader

from parvis.domain.petitions import issuers
from parvis.domain.petitions.issuers import IssuerDraft

SIGNING = {"version": "1", "signature": "Eve Adams", "shown": "initials"}


async def rests_on(network: Network, issuer: Issuer, **rule: str) -> str:
    """The path of a petition that rests on the issuer's word, signed with or without an account."""
    (alice,) = await network.people("alice")
    await allow_strangers(network)
    said = {"client_id": CLIENT, "secret": SECRET, "name": "The city", "issuer": issuer.base}
    draft = IssuerDraft(**{**said, **rule})
    id_ = await issuers.add(network.db, network.app.means.outgoing, draft)
    made = await started(network, alice, verifier="openid", issuer_id=id_, takes_strangers=True)
    return f"/petitions/{made}"


async def set_out(reader: Reader, path: str, **fields: str) -> str:
    """Where a form sends its person: by a header, and by a link for who has it switched off."""
    answer = await reader.send(path + "/sign", {**SIGNING, **fields})
    answer.ok()
    address = answer.headers["refresh"].partition("url=")[2]
    assert address.replace("&", "&amp;") in answer.html
    return address


async def sign(
    issuer: Issuer, reader: Reader, path: str, sub: str = "eve", **claims: Any
) -> PageRead:
    """All the way there and back; answers the page that says how it went."""
    back = await issuer.log_in(await set_out(reader, path), sub, **claims)
    answer = await reader.get(back)
    return await reader.get(answer.location) if answer.status == 303 else answer


async def kept(network: Network) -> tuple[int, int, int]:
    """Signatures, what knows people again, and journeys that are under way."""
    row = await network.db.fetchrow(
        "select (select count(*) from petition_signatures), (select count(*) from petition_nullifiers),"
        " (select count(*) from petition_journeys)"
    )
    return tuple(row)  # type: ignore[return-value]


async def whole(network: Network) -> str:
    """All that the database holds of petitions, logs and events, as text."""
    tables = await network.db.fetch(
        "select table_name as name from information_schema.tables where table_schema = 'public'"
        " and (table_name like 'petition%' or table_name like 'log\\_%' or table_name = 'outbox')"
    )
    rows = [await network.db.fetch(f"select t.*::text from {one['name']} t") for one in tables]
    return "\n".join(str(row[0]) for each in rows for row in each)
