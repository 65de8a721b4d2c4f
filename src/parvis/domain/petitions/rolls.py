"""Lists of who may sign: kept as salted hashes, read line by line, all of it or nothing.

The salt is sealed with the data folder's key, so that a stolen dump says nothing of who is on a list. A line
itself is in memory while it is hashed, and nowhere else.
"""

import asyncio
import base64
import hashlib
import secrets
import unicodedata
from collections.abc import AsyncGenerator, Iterable, Iterator

import msgspec

from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.sealing import Sealing
from parvis.infra.sql import queries

Q = queries("parvis.domain.petitions")

SALT_BYTES = 32
HASH_BYTES = 16
LINE_LONGEST = 200  # bytes
FAULTS_MOST = 100  # that are told line by line
NAME_LONGEST, ASKS_LONGEST = 60, 120
PAGE = 512  # hashes that are kept together: an eighth of the room that a row for each would take
CHUNK = 1 << 20  # bytes of a file that are read at once
MARK = "\ufeff"  # with which some editors begin a file
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # PostgreSQL §COPY, binary format
_END = b"\xff\xff"


class RollFault(msgspec.Struct, frozen=True):
    """A line of a list that cannot be taken. `line` counts from 1."""

    line: int
    why: str  # blank, too long, not UTF-8, control characters, stands twice
    first: int | None = None  # where it stands before


class RollRefused(Invalid):
    """A list with lines that cannot be taken: nothing of it is kept."""

    def __init__(self, faults: list[RollFault], count: int) -> None:
        super().__init__("file", f"Validation failed: {count} lines of the list cannot be taken")
        self.lines = faults
        self.count = count


class Roll(msgspec.Struct, frozen=True):
    """What is to be kept of a list besides its lines."""

    name: str
    asks: str


class Reading(msgspec.Struct):
    """How far a file was read, and what was wrong with it."""

    salt: bytes
    line: int = 0
    taken: int = 0
    count: int = 0  # of lines that are wrong
    faults: list[RollFault] = []

    def refuse(self, why: str) -> None:
        self.count += 1
        if len(self.faults) < FAULTS_MOST:
            self.faults.append(RollFault(self.line, why))


def line_hash(salt: bytes, line: str) -> bytes:
    """What stands for a line: capitals, doubled spaces and ways of writing a letter do not matter."""
    return _hashed(salt, _plain(line))


def _plain(line: str) -> str:
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line).casefold()
    return " ".join(line.lower().split())


def _hashed(salt: bytes, plain: str) -> bytes:
    return hashlib.blake2b(plain.encode(), digest_size=HASH_BYTES, key=salt).digest()


def records(reading: Reading, chunk: list[bytes]) -> bytes:
    """Lines as rows of a binary COPY; those that cannot be taken are noted."""
    head = b"\0\2\0\0\0\x10"
    salt, made = reading.salt, list[bytes]()
    for raw in chunk:
        reading.line += 1
        plain = _read(reading, raw)
        if plain:
            made.append(head + _hashed(salt, plain) + b"\0\0\0\4" + reading.line.to_bytes(4, "big"))
    reading.taken += len(made)
    return b"".join(made)


def _read(reading: Reading, raw: bytes) -> str:
    raw = raw.rstrip(b"\r")
    if len(raw) > LINE_LONGEST:
        reading.refuse("too long")
        return ""
    try:
        line = raw.decode()
    except UnicodeDecodeError:
        reading.refuse("not UTF-8")
        return ""
    plain = _plain(line.removeprefix(MARK))
    if not plain:
        reading.refuse("blank")
    elif not line.isprintable() and not plain.isprintable():
        reading.refuse("control characters")
        return ""
    return plain


def lines_of(chunks: Iterable[bytes]) -> Iterator[list[bytes]]:
    """A file's lines, many at a time; one without end is cut where it is too long anyway."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[: LINE_LONGEST + 2]
        yield lines
    if rest:
        yield [rest]


async def load(db: Db, said: Roll, chunks: Iterable[bytes]) -> int:
    """Keep a list read from a file, streaming; answers how many it lists. All of it, in one transaction.

    Refused: lines that are blank, too long, no text or there twice (each of them is told), an empty file, a
    name that is taken.
    """
    name = clean(said.name, "roll", NAME_LONGEST).strip()
    asks = clean(said.asks, "asks", ASKS_LONGEST).strip()
    for field, words in (("roll", name), ("asks", asks)):
        if not words:
            raise Invalid(field, f"Validation failed: {field} can't be blank", reason="ERR_BLANK")
    salt = secrets.token_bytes(SALT_BYTES)
    async with db.tx() as tx:
        row = await tx.fetchrow(Q.new_roll_id, name)
        if row["is_taken"]:
            raise Invalid("roll", "Validation failed: Name is taken", reason="ERR_TAKEN")
        reading = Reading(salt)
        await _copy(tx, reading, chunks)
        if not reading.taken and not reading.count:
            raise Invalid("file", "Validation failed: The list is empty", reason="ERR_BLANK")
        await _refuse_faults(tx, reading)
        await tx.execute(Q.fill_roll, row["id"], PAGE)
        await tx.execute(Q.empty_lines)
        sealed = db.kept(Sealing).seal(base64.b64encode(salt).decode(), _purpose(row["id"]))
        await tx.execute(Q.add_roll, row["id"], name, asks, sealed, reading.taken)
    return reading.taken


async def _copy(tx: Tx, reading: Reading, chunks: Iterable[bytes]) -> None:
    async def rows() -> AsyncGenerator[bytes]:
        yield _HEAD
        for lines in lines_of(chunks):
            made = await asyncio.to_thread(records, reading, lines)
            if made:
                yield made
        yield _END

    await tx.connection.copy_to_table(
        "petition_roll_lines", source=rows(), columns=["hash", "line"], format="binary"
    )


async def _refuse_faults(tx: Tx, reading: Reading) -> None:
    repeated = await tx.fetch(Q.find_repeated, FAULTS_MOST)
    twice = [RollFault(row["line"], "stands twice", row["first"]) for row in repeated]
    count = reading.count + len(twice)
    if count:
        faults = sorted([*reading.faults, *twice], key=lambda fault: fault.line)
        raise RollRefused(faults[:FAULTS_MOST], count)


def _purpose(roll_id: int) -> str:
    return f"petition roll {roll_id}"


def open_salt(db: Db, roll_id: int, sealed: str) -> bytes:
    """Refused: this machine lacks the key that the salt is sealed with."""
    opened = db.kept(Sealing).open(sealed, _purpose(roll_id))
    if opened is None:
        raise Conflict("This machine lacks the key of the list", reason="no_key")
    return base64.b64decode(opened)


async def list_rolls(db: Db) -> "list[KeptRoll]":
    rows = await db.fetch(Q.list_rolls)
    return [msgspec.convert(dict(row), KeptRoll) for row in rows]


class KeptRoll(msgspec.Struct, frozen=True):
    """A list that is there; `petitions` stand on it."""

    id: int
    name: str
    asks: str
    people: int
    petitions: int


async def remove(tx: Tx, name: str) -> None:
    """Refused: there is none of this name, or petitions stand on it."""
    if not await tx.fetchval(Q.remove_roll, name):
        raise NotFound("There is no such list, or a petition stands on it", reason="no_roll")
