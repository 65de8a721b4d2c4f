"""The network's long texts: about, privacy policy, terms; each version of them is kept."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.network import settings
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.network")

Key = Literal["description", "privacy_policy", "terms_of_service"]
KEYS: tuple[Key, ...] = get_args(Key)
MAX_DOCUMENT = 60_000


class DocumentVersion(msgspec.Struct, frozen=True):
    """What a document said from a moment on. `author` None: by command line, or gone."""

    id: int
    key: Key
    text: str
    created_at: datetime
    author: str | None


async def change_document(tx: Tx, key: str, text: str, account_id: int | None) -> None:
    """Give a document another text ("": there is none any more). Two statements."""
    if key not in KEYS:
        raise Invalid("key", f"Validation failed: there is no document called {key}")
    text = check(text)
    await settings.change(tx, **{key: text})
    await tx.execute(Q.keep_document, key, text, account_id)


def check(text: str) -> str:
    """A document's text as it may be kept: Markdown. Refused: longer than any document."""
    return clean(text, "text", MAX_DOCUMENT).strip("\n ")


async def list_versions(db: Db, key: str) -> list[DocumentVersion]:
    """The newest first; what was written before versions were kept is not among them."""
    rows = await db.fetch(Q.list_versions, key)
    return [DocumentVersion(**dict(row)) for row in rows]


async def find_version(db: Db, version_id: int) -> DocumentVersion:
    row = await db.fetchrow(Q.find_version, version_id)
    if row is None:
        raise NotFound
    return DocumentVersion(**dict(row))
