"""Writing an archive: one zip, made in a file without a name and then stored whole."""

import asyncio
import tempfile
import zipfile
from collections.abc import AsyncIterator
from typing import IO, Any
from urllib.parse import quote

import msgspec

from parvis.domain.portability import activities
from parvis.domain.portability.activities import Kept
from parvis.domain.portability.exports import export
from parvis.infra.jobs import Means
from parvis.infra.sql import queries
from parvis.infra.storage import StoredMissing
from parvis.protocols.portable_csv import FILES, KINDS

Q = queries("parvis.domain.portability")

AT_ONCE = 200
PART_BYTES = 1 << 20
README = {
    "en": """\
This is an archive of {acct}.

actor.json      the account
outbox.json     everything it wrote and shared, oldest first (ActivityPub)
media/          pictures of what it wrote
drafts.json     what it has begun to write, and not published
drafts/         pictures of drafts
rooms.json      live rooms it hosted, and what it asked in any
likes.json      addresses of its favourites
bookmarks.json  addresses of its bookmarks
*.csv           follows, lists, mutes, blocks and bookmarks; any Mastodon-compatible server imports them
""",
    "fr": """\
Ceci est une archive de {acct}.

actor.json      le compte
outbox.json     tout ce qu’il a écrit et partagé, du plus ancien au plus récent (ActivityPub)
media/          les images de ce qu’il a écrit
drafts.json     ce qu’il a commencé d’écrire, sans le publier
drafts/         les images des brouillons
rooms.json      les salons en direct qu’il a tenus, et ce qu’il a demandé dans d’autres
likes.json      les adresses de ses favoris
bookmarks.json  les adresses de ses signets
*.csv           abonnements, listes, masqués, bloqués, signets : tout serveur compatible avec Mastodon les lit
""",
}


async def pack(means: Means, row: Any, key: str) -> int:
    """Write the archive of an account to storage; answers its size."""
    with tempfile.TemporaryFile(dir=means.storage.scratch) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            await _Packer(means, row, archive).run()
        size = file.tell()
        file.seek(0)
        await means.storage.put(key, _parts(file), "application/zip")
    return size


async def _parts(file: IO[bytes]) -> AsyncIterator[bytes]:
    while part := await asyncio.to_thread(file.read, PART_BYTES):
        yield part


class _Packer:
    def __init__(self, means: Means, row: Any, archive: zipfile.ZipFile) -> None:
        self.means = means
        self.row = row
        self.archive = archive
        self.account_id: int = row["account_id"]
        self.root = means.mailer.root
        self.domain = self.root.partition("://")[2]

    async def run(self) -> None:
        acct = f"@{self.row['username']}@{self.domain}"
        await self._write(
            "README.txt", README.get(self.row["locale"], README["en"]).format(acct=acct).encode()
        )
        pictures = self._pictures()
        collections = {
            "outbox": "outbox.json",
            "likes": "likes.json",
            "bookmarks": "bookmarks.json",
        }
        actor = activities.actor(self.row, pictures, collections)
        await self._write("actor.json", msgspec.json.format(msgspec.json.encode(actor)))
        files = await self._outbox() + await self._drafts()
        told: bytes = await self.means.db.fetchval(Q.rooms, self.account_id)
        await self._write("rooms.json", msgspec.json.format(told))
        await self._addresses("likes.json", Q.export_favourites)
        await self._addresses("bookmarks.json", Q.export_bookmarks)
        for kind in KINDS:
            parts = [one async for one in export(self.means.db, self.account_id, kind, self.domain)]
            await self._write(FILES[kind], b"".join(parts))
        for kept in (*pictures.values(), *files):
            await self._copy(kept)

    async def _write(self, path: str, content: bytes) -> None:
        await asyncio.to_thread(self.archive.writestr, path, content)

    def _pictures(self) -> dict[str, Kept]:
        kept: dict[str, Kept] = {}
        for part in ("avatar", "header"):
            picture: dict[str, str] = self.row[part] or {}
            key = picture.get("url", "")
            if key and "://" not in key:
                kept[part] = Kept(key, f"{part}.{key.rpartition('.')[2]}")
        return kept

    async def _outbox(self) -> list[Kept]:
        """Write everything said, page by page; answers the files it speaks of."""
        files: list[Kept] = []
        db, after = self.means.db, 0
        total = await db.fetchval(Q.count_outbox, self.account_id)
        first, last = activities.collection("outbox.json", total)
        with self.archive.open("outbox.json", "w", force_zip64=True) as out:
            await asyncio.to_thread(out.write, first)
            while rows := await db.fetch(Q.outbox, self.account_id, after, AT_ONCE):
                page: list[bytes] = []
                for row in rows:
                    own = _files_of(row)
                    files += own
                    said = activities.activity(row, self.row["uri"], self._tag_url, own)
                    page.append(msgspec.json.encode(said))
                text = (b",\n" if after else b"\n") + b",\n".join(page)
                await asyncio.to_thread(out.write, text)
                after = rows[-1]["id"]
            await asyncio.to_thread(out.write, last)
        return files

    async def _drafts(self) -> list[Kept]:
        """Write what is not published yet; answers the files it speaks of."""
        files: list[Kept] = []
        told: list[dict[str, Any]] = []
        for row in await self.means.db.fetch(Q.drafts, self.account_id):
            own = _files_of(row, "drafts")
            files += own
            told.append(activities.draft(row, own))
        await self._write("drafts.json", msgspec.json.format(msgspec.json.encode(told)))
        return files

    def _tag_url(self, name: str) -> str:
        return f"{self.root}/tags/{quote(name)}"

    async def _addresses(self, path: str, statement: str) -> None:
        """A collection of addresses: what others wrote is theirs to keep."""
        found: list[str] = []
        db, after = self.means.db, 0
        while rows := await db.fetch(statement, self.account_id, after, AT_ONCE):
            found += [row["uri"] for row in rows]
            after = rows[-1]["id"]
        first, last = activities.collection(path, len(found))
        await self._write(path, first + b",\n".join(map(msgspec.json.encode, found)) + last)

    async def _copy(self, kept: Kept) -> None:
        """Pictures are packed already: they are stored as they are. One that is lost is left out."""
        try:
            stored = await self.means.storage.open(kept.key)
        except StoredMissing:
            return
        told = zipfile.ZipInfo(kept.path)
        told.compress_type = zipfile.ZIP_STORED
        with self.archive.open(told, "w", force_zip64=True) as out:
            async for part in stored.parts:
                await asyncio.to_thread(out.write, bytes(part))


def _files_of(row: Any, folder: str = "media") -> list[Kept]:
    return [
        Kept(one["key"], f"{folder}/{row['id']}-{place}.{one['key'].rpartition('.')[2]}")
        for place, one in enumerate(msgspec.json.decode(row["media"]), start=1)
    ]
