"""Witnesses: asking others to cosign the server log, and cosigning theirs.

A witness that cosigned more than this database knows is how the restore of a whole folder is noticed: then
nothing is signed any more (`reconciling.halt`).
"""

import asyncio
import re
import time
from contextlib import suppress
from typing import Any

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.transparency import proofs, reconciling
from parvis.domain.transparency.keys import witness_signer
from parvis.infra.jobs import LOST
from parvis.infra.logs import get_logger
from parvis.infra.outgoing import Fetched, Outgoing, OutgoingRefused, Unreachable
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import signed_note as notes
from parvis.protocols import witnessing
from parvis.protocols.signed_note import COSIGNATURE, NoteInvalid, Signature, Verifier
from parvis.protocols.witnessing import Asked, Seen, WitnessRefused

Q = queries("parvis.domain.transparency")
log = get_logger()

GRANTED, CONFLICT, UNPROVED = 200, 409, 422
MOST_BYTES = 16 * 1024
ADDRESS_MOST = 500
_ADDRESS = re.compile(r"https://[^\s/?#@]+(/[^\s?#]*)?")
TRIES = 3  # a witness may say what it knows, and be asked again from there


class _Ahead(Exception):
    """The witness knows of this log what the database does not."""


class Asking:
    """Asks each witness by itself: one that hangs delays neither the others nor what is kept of them."""

    def __init__(self, db: Db, outgoing: Outgoing) -> None:
        self._db = db
        self._outgoing = outgoing
        self._keeping = asyncio.Lock()  # their lines come below one checkpoint
        self.under_way: dict[int, asyncio.Task[bool]] = {}

    async def begin(self) -> list[asyncio.Task[bool]]:
        """Have the newest checkpoint cosigned by every witness that has not, and is not asked already."""
        server = await self._db.fetchrow(Q.find_server)
        if server is None or server["halted"] is not None or not server["published_size"]:
            return []
        found = await self._db.fetch(Q.list_witnesses)
        self.under_way = {id_: one for id_, one in self.under_way.items() if not one.done()}
        lacking = [
            row for row in found if row["size"] != server["published_size"] or row["failure"]
        ]
        begun = {
            row["id"]: asyncio.create_task(self._ask(server, row))
            for row in lacking
            if row["id"] not in self.under_way
        }
        self.under_way |= begun
        return list(begun.values())

    async def _ask(self, server: Any, witness: Any) -> bool:
        """Whether it answered. What is lost on the way is asked for again."""
        with suppress(*LOST):
            lines = await _ask(self._db, self._outgoing, server, witness)
            if lines is None:
                return False
            async with self._keeping:
                await _keep(self._db, lines, server)
            return True
        return False


async def ask_all(db: Db, outgoing: Outgoing) -> bool:
    """Have the newest checkpoint cosigned by every witness that has not; whether any answered now."""
    return any(await asyncio.gather(*await Asking(db, outgoing).begin()))


async def ask_first(db: Db, outgoing: Outgoing) -> bool:
    """After a start: whether a witness answered, if there is any, and none knows more of the log than the
    database does. Only then is anything signed.
    """
    server = await db.fetchrow(Q.find_server)
    if server is None or not server["published_size"]:
        return True
    found = await db.fetch(Q.list_witnesses)
    if not found:
        return True
    given = await asyncio.gather(*(_ask(db, outgoing, server, row) for row in found))
    server = await db.fetchrow(Q.find_server)
    return server["halted"] is None and any(one is not None for one in given)


async def _ask(
    db: Db, outgoing: Outgoing, server: Any, witness: Any
) -> tuple[Signature, ...] | None:
    """One witness's lines below the newest checkpoint; None when it gave none, which is noted."""
    key = Verifier.parse(witness["key"])
    checkpoint = server["published"].encode()
    try:
        answer = await _submit(db, outgoing, server, witness)
        lines = _read(answer, checkpoint, key)
    except _Ahead as ahead:
        log.exception("the public log is stopped: see parvis log show", witness=key.name)
        await db.run(reconciling.halt, server["id"], f"the witness {key.name} {ahead}")
        return None
    except (OutgoingRefused, Unreachable, NoteInvalid) as wrong:
        await db.run(_note, witness["id"], None, str(wrong), is_answer=False)
        return None
    await db.run(_note, witness["id"], server["published_size"], None, is_answer=True)
    return lines


async def _submit(db: Db, outgoing: Outgoing, server: Any, witness: Any) -> Fetched:
    """Hand the checkpoint in, from what the witness knows; asked again when it knows something else."""
    size, old = server["published_size"], min(witness["size"], server["published_size"])
    for _ in range(TRIES):
        proof = await proofs.consistency(db, server["id"], old, size)
        request = Asked(old, tuple(proof), server["published"].encode()).encode()
        address = f"{witness['address']}/add-checkpoint"
        answer = await outgoing.send(address, request, most_bytes=MOST_BYTES)
        known = _known_size(answer)
        if known is not None and known > size:
            raise _Ahead(
                f"has cosigned {known} entries and this database has {size}:"
                " it is older than what was published"
            )
        if (known is not None and known == old == size) or answer.status == UNPROVED:
            raise _Ahead(f"has cosigned another log of {old} entries than this database's")
        if known is None or known == old:
            return answer
        old = known
    raise NoteInvalid("it says each time that it knows another size")


def _known_size(answer: Fetched) -> int | None:
    """What the witness says it cosigned last, when that is not what it was asked from."""
    if answer.status != CONFLICT or answer.content_type != witnessing.SIZE_TYPE:
        return None
    said = answer.content.decode("ascii", "replace").strip()
    return int(said) if said.isdigit() and len(said) < 20 else None  # noqa: PLR2004 - digits of a size


def _read(answer: Fetched, checkpoint: bytes, key: Verifier) -> tuple[Signature, ...]:
    if answer.status != GRANTED:
        said = answer.content[:200].decode("utf-8", "replace").strip()
        raise NoteInvalid(f"it answered {answer.status}: {said}")
    return witnessing.read_cosignatures(checkpoint, answer.content, key)


async def _note(
    tx: Tx, witness_id: int, size: int | None, failure: str | None, *, is_answer: bool
) -> None:
    await tx.execute(Q.note_witness, witness_id, size, failure, is_answer)


async def _keep(db: Db, lines: tuple[Signature, ...], asked: Any) -> None:
    """The checkpoint that was asked about with these lines, and with those that came before below it."""
    size, note = asked["published_size"], notes.parse(asked["published"].encode())
    server = await db.fetchrow(Q.find_server)
    if server["id"] == asked["id"] and server["cosigned_size"] == size and server["cosigned"]:
        note = notes.parse(server["cosigned"].encode())
    told = {one.key_id for one in lines}
    kept = tuple(one for one in note.signatures if one.key_id not in told)
    whole = notes.Note(note.text, (*kept, *lines)).encode().decode()
    await db.run(_keep_cosigned, asked["id"], size, whole)


async def _keep_cosigned(tx: Tx, log_id: int, size: int, note: str) -> None:
    await tx.execute(Q.keep_cosigned, log_id, size, note)


async def list_asked(db: Db) -> list[Any]:
    """Who is asked, and how they answered."""
    return await db.fetch(Q.list_witnesses)


async def list_followed(db: Db) -> list[Any]:
    """Whose logs are witnessed here."""
    return await db.fetch(Q.list_witnessed)


async def add(tx: Tx, key: str, address: str) -> Verifier:
    """Ask this witness from now on. Refused: no key of a witness, no address of the web."""
    try:
        verifier = Verifier.parse(key)
    except NoteInvalid as wrong:
        raise Invalid("key", f"This is no key of a witness: {wrong}") from None
    if verifier.algorithm != COSIGNATURE:
        raise Invalid("key", "This key signs logs; a witness's key is of kind 4")
    if len(address) > ADDRESS_MOST or not _ADDRESS.fullmatch(address):
        raise Invalid("address", "Write where it is asked: https://…, without /add-checkpoint")
    await tx.execute(Q.add_witness, verifier.name, str(verifier), address.rstrip("/"))
    return verifier


async def remove(tx: Tx, name: str) -> None:
    if await tx.fetchval(Q.remove_witness, name) is None:
        raise NotFound("No witness of this name is asked")


async def follow(tx: Tx, key: str) -> Verifier:
    """Witness another network's log from now on, by its key; another key of it is added."""
    try:
        verifier = Verifier.parse(key)
    except NoteInvalid as wrong:
        raise Invalid("key", f"This is no key of a log: {wrong}") from None
    if verifier.algorithm == COSIGNATURE:
        raise Invalid("key", "This key is a witness's; a log's key is of kind 1")
    await tx.execute(Q.follow_log, verifier.name, str(verifier))
    return verifier


async def unfollow(tx: Tx, origin: str) -> None:
    if await tx.fetchval(Q.unfollow_log, origin) is None:
        raise NotFound("No log of this name is witnessed here")


async def cosign(db: Db, domain: str, content: bytes) -> bytes:
    """The cosignature that a log asks for. Refused: WitnessRefused, with the code to answer with."""
    asked = witnessing.parse(content)
    signer = await witness_signer(db, domain)
    if signer is None:
        raise WitnessRefused(404, "this witness has no key yet")
    note = await db.run(_witness, asked)
    return witnessing.cosign(note, signer, int(time.time()))


async def _witness(tx: Tx, asked: Asked) -> notes.Note:
    """Judge and remember in one transaction: of two requests at once one sees the other's checkpoint."""
    row = await tx.fetchrow(Q.hold_witnessed, witnessing.origin_of(asked))
    keys = [Verifier.parse(key) for key in row["keys"]] if row is not None else []
    seen = Seen(row["size"], row["root"]) if row is not None and row["size"] else Seen()
    note, checkpoint = witnessing.judge(asked, keys, seen)
    whole = asked.checkpoint.decode()
    await tx.execute(Q.keep_witnessed, checkpoint.origin, checkpoint.size, checkpoint.root, whole)
    return note
