"""Serves /log/…: checkpoints, tiles, receipts and keys of the public log (C2SP tlog-tiles, tlog-proof), and
takes the checkpoints that other networks want witnessed (C2SP tlog-witness).

A receipt can also be asked for by POST to …/proofs with the hash in the body: a secret ballot's hash, in an
address beside that of whoever asks, would stand in the access logs of every proxy on the way.

Logs that are for few lie under a secret path, like the pictures of their statuses, and no shared cache keeps
them.
"""

import gzip
import re
from contextlib import suppress
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from parvis.domain.transparency import keys, openings, proofs, witnesses
from parvis.domain.transparency.serving import PublishedLogs, Tile, read_tile
from parvis.domain.transparency.types import Published
from parvis.files.door import IMMUTABLE, SAFE, UNSHARED, or_come_back
from parvis.infra.limits import Limit
from parvis.infra.postgres import Db
from parvis.infra.storage import Storage, StoredMissing
from parvis.protocols import witnessing
from parvis.protocols.merkle_log import HASH_BYTES, TILE_WIDTH, bundle, unbundle
from parvis.protocols.witnessing import WitnessRefused

TEXT = "text/plain; charset=utf-8"
OCTETS = "application/octet-stream"
JSON = "application/json"
FRESH = "public, max-age=1"  # a checkpoint is replaced every second
KEYS_FRESH = "public, max-age=60"
KEYS_PATH = "/log/keys"
WITNESS_PATH = "/log/witness/add-checkpoint"
PATH = re.compile(
    r"/(?P<log>log(?:/(?:polls|petitions|draws)/\d{1,19}|/private/[\w-]{43})?(?:/next/\d{1,4}(?:-[a-z2-7]{16})?)?)/"
    r"(?:(?P<checkpoint>checkpoint)|(?P<tile>tile/[\w./]+)"
    r"|(?P<kind>proofs/(?P<proof>[0-9a-f]{64})\.tlog-proof|openings/(?P<opening>[0-9a-f]{64})"
    r"|openings/bundle/(?P<bundle>\d{1,12})))",
    re.ASCII,
)
ASKED = re.compile(PATH.pattern.partition("(?:(?P<checkpoint>")[0] + "proofs", re.ASCII)
HASH = re.compile(rb"[0-9a-f]{64}")
ZIPPED = 6
PROOFS = Limit(600, 60)  # receipts and texts ask the database; tiles are files
TEXTS = Limit(3_000, 60)  # 256 at a time: an auditor reads all of a poll's
SUBMISSIONS = Limit(300, 60)


class LogDoor:
    """`domain`: the network's own, by which its witness is named."""

    def __init__(self, db: Db, storage: Storage, domain: str, client_address: Any) -> None:
        self.db = db
        self.storage = storage
        self.domain = domain
        self.client_address = client_address

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        if scope["path"] == WITNESS_PATH:
            response = await or_come_back(self._witness(request))
        elif request.method == "POST" and (asked := ASKED.fullmatch(scope["path"])):
            response = await or_come_back(self._asked(request, asked["log"]))
        elif request.method not in ("GET", "HEAD"):
            response = Response(status_code=405, headers={"allow": "GET, HEAD"})
        elif scope["path"] == KEYS_PATH:
            response = await or_come_back(self._keys())
        else:
            response = await or_come_back(self._log(request, scope["path"]))
        await response(scope, receive, send)

    async def _log(self, request: Request, path: str) -> Response:
        found = PATH.fullmatch(path)
        if found is None:
            return missing()
        if found["tile"]:
            tile = read_tile(found["tile"])
            return await self._tile(request, found["log"], tile) if tile is not None else missing()
        return await self._told(request, found)

    async def _told(self, request: Request, found: re.Match[str]) -> Response:
        """What is asked of the database: a checkpoint, a receipt, the text behind a hash."""
        limit = TEXTS if found["bundle"] else PROOFS
        if found["kind"] and not self._takes(limit, request):
            return too_many()
        log = await self.db.kept(PublishedLogs).find(found["log"])
        if log is None:
            return missing()
        if found["checkpoint"]:
            return _checkpoint(log)
        if found["bundle"]:
            return await self._openings(log, int(found["bundle"]))
        hashed = bytes.fromhex(found["proof"] or found["opening"])
        return await (self._receipt if found["proof"] else self._opening)(log, hashed)

    async def _asked(self, request: Request, path: str) -> Response:
        """A receipt, by the hash in the body."""
        if not self._takes(PROOFS, request):
            return too_many()
        hashed = await _read_hash(request)
        if hashed is None:
            told = "Send the entry's hash: 64 digits, 0 to f."
            return Response(told, 400, SAFE | {"cache-control": "no-store"}, TEXT)
        log = await self.db.kept(PublishedLogs).find(path)
        return await self._receipt(log, hashed) if log is not None else missing()

    async def _tile(self, request: Request, path: str, tile: Tile) -> Response:
        log = await self.db.kept(PublishedLogs).holding(path, tile)
        if log is None:
            return missing()
        try:
            content = await self.storage.get(f"{path}/{tile.name}")
        except StoredMissing:
            # Narrow forms are forgotten once there is a whole one.
            try:
                content = cut(await self.storage.get(f"{path}/{tile.whole.name}"), tile)
            except StoredMissing:
                return missing()
        response = said(log, content, OCTETS, IMMUTABLE)
        return zipped(request, response) if tile.is_entries else response

    async def _receipt(self, log: Published, leaf: bytes) -> Response:
        receipt = await proofs.find_receipt(self.db, log, leaf)
        if receipt is None:
            told = "No entry of this hash is in the log. A promise says by when one is in it."
            headers = SAFE | {"cache-control": "no-store", "retry-after": "1"}
            return Response(told, 404, headers, TEXT)
        return said(log, receipt.encode(), TEXT, FRESH)

    async def _opening(self, log: Published, hashed: bytes) -> Response:
        opening = await openings.find(self.db, log.id, hashed)
        if opening is None:
            return missing()
        if opening.text is None or opening.salt is None:
            headers = SAFE | {"cache-control": "no-store"}
            return Response("This text was erased; the log holds without it.", 410, headers, TEXT)
        told = {"salt": opening.salt.hex(), "text": opening.text}
        # Not to be kept: it may be erased.
        return said(log, msgspec.json.encode(told), JSON, "no-store")

    async def _openings(self, log: Published, number: int) -> Response:
        """The texts that a bundle of entries names, as far as they are shown; those without were erased."""
        if number * TILE_WIDTH >= log.size:
            return missing()
        found = await openings.find_many(self.db, log, number)
        told: list[dict[str, str | None]] = []
        for hashed, one in found.items():
            if one.salt is None:
                told.append({"sha256": hashed})
            else:
                told.append({"sha256": hashed, "salt": one.salt.hex(), "text": one.text})
        return said(log, msgspec.json.encode(told), JSON, "no-store")

    async def _keys(self) -> Response:
        """Whose signatures to expect: the server log's keys, the newest first, then the witness's."""
        log = await self.db.kept(PublishedLogs).find_server()
        witness = await keys.witness_signer(self.db, self.domain)
        if log is None or witness is None:
            return missing()
        lines = [*await keys.verifiers(self.db, log.origin), witness.verifier]
        return said(log, "".join(f"{one}\n" for one in lines).encode(), TEXT, KEYS_FRESH)

    async def _witness(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status_code=405, headers={"allow": "POST"})
        if not self._takes(SUBMISSIONS, request):
            return too_many()
        try:
            asked = await witnessing.read(request.stream())
            lines = await witnesses.cosign(self.db, self.domain, asked)
        except ClientDisconnect:
            return missing()
        except WitnessRefused as refused:
            if refused.size is not None:
                headers = SAFE | {"content-type": witnessing.SIZE_TYPE}
                return Response(f"{refused.size}\n", refused.code, headers)
            return Response(f"{refused}\n", refused.code, SAFE, TEXT)
        return Response(lines, 200, SAFE | {"cache-control": "no-store"}, TEXT)

    def _takes(self, limit: Limit, request: Request) -> bool:
        return self.db.limits.take(limit, "log", self.client_address(request)).is_allowed


async def _read_hash(request: Request) -> bytes | None:
    said = b""
    with suppress(ClientDisconnect):
        async for part in request.stream():
            said += part
            if len(said) > 2 * HASH_BYTES:
                return None
    return bytes.fromhex(said.decode()) if HASH.fullmatch(said) else None


def _checkpoint(log: Published) -> Response:
    newest = log.newest
    return said(log, newest.encode(), TEXT, FRESH) if newest is not None else missing()


def said(log: Published, content: bytes, kind: str, caching: str) -> Response:
    caching = caching if log.is_public else UNSHARED
    headers = SAFE | {"cache-control": caching, "content-type": kind}
    return Response(content, 200, headers)


def zipped(request: Request, response: Response) -> Response:
    """Packed for whoever can unpack; hashes would not get smaller, entries do."""
    response.headers["vary"] = "accept-encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(response.body, ZIPPED, mtime=0)
        response.headers["content-encoding"] = "gzip"
        response.headers["content-length"] = str(len(response.body))
    return response


def cut(whole: bytes, tile: Tile) -> bytes:
    """The narrow form of a whole tile: it began so."""
    if tile.is_entries:
        return bundle(unbundle(whole)[: tile.width])
    return whole[: tile.width * HASH_BYTES]


def missing() -> Response:
    return Response("Not found", 404, SAFE | {"cache-control": "no-store"}, TEXT)


def too_many() -> Response:
    return Response("Too many requests", 429, SAFE | {"retry-after": "60"}, TEXT)
