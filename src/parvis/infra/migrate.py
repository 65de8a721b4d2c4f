"""Applies the plain-SQL migrations, each in its transaction, and refuses a schema it does not know.

`expand` migrations leave the previous release working beside them; `contract` ones remove what only
older releases used. Nothing is ever undone: a mistake is mended by the next number.
"""

import hashlib
import re
from importlib import resources
from importlib.resources.abc import Traversable

import asyncpg
import msgspec

from parvis.infra.refused import StartRefused

EXTENSIONS = ("btree_gin", "citext", "pg_trgm", "unaccent")
_OLDEST = 15  # PostgreSQL's major version
_LOCK = 0x70617276  # "parv": one process migrates, the others wait and find it done
_NAME = re.compile(r"(?P<number>\d{4})_(expand|contract)_[a-z0-9_]+\.sql")

_TABLE = """
create table if not exists schema_migrations (
    number integer primary key,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default now()
)"""


class SchemaRefused(StartRefused):
    """The database does not fit this version of Parvis; the message says which does."""


class Migration(msgspec.Struct, frozen=True):
    """One file of parvis/migrations."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def list_migrations(folder: Traversable | None = None) -> list[Migration]:
    """The files in order of their numbers; refused when a name or a number is wrong."""
    folder = folder or resources.files("parvis") / "migrations"
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".sql"))
    found: list[Migration] = []
    for position, name in enumerate(names, start=1):
        match = _NAME.fullmatch(name)
        if match is None or int(match["number"]) != position:
            raise SchemaRefused(
                f"migrations/{name} should be named {position:04}_expand_….sql or"
                f" {position:04}_contract_….sql: numbers count up without a gap."
            )
        found.append(Migration(position, name, (folder / name).read_text()))
    return found


async def migrate(dsn: str, folder: Traversable | None = None) -> list[str]:
    """Bring the database up to this version; gives the names of what was applied."""
    migrations = list_migrations(folder)
    connection = await asyncpg.connect(dsn, statement_cache_size=0)
    try:
        await _refuse_old_server(connection)
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await _add_extensions(connection)
        await connection.execute(_TABLE)
        pending = await _list_pending(connection, migrations)
        for migration in pending:
            await _apply(connection, migration)
    finally:
        await connection.close()  # which gives the lock back
    return [migration.name for migration in pending]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(migration.sql)
            await connection.execute(
                "insert into schema_migrations (number, name, sha256) values ($1, $2, $3)",
                migration.number,
                migration.name,
                migration.sha256,
            )
    except asyncpg.PostgresError as error:
        raise SchemaRefused(
            f"migrations/{migration.name} failed, and nothing of it was kept: {error}"
        ) from error


async def _list_pending(
    connection: asyncpg.Connection, migrations: list[Migration]
) -> list[Migration]:
    rows = await connection.fetch("select number, name, sha256 from schema_migrations")
    applied = {row["number"]: row for row in rows}
    if newer := sorted(number for number in applied if number > len(migrations)):
        raise SchemaRefused(
            f"The database was made by a newer Parvis: it holds migration {newer[-1]}"
            f" ({applied[newer[-1]]['name']}), and this version knows {len(migrations)}."
            " Start the newer version, or restore a backup made before it."
        )
    for migration in migrations:
        row = applied.get(migration.number)
        if row is not None and row["sha256"] != migration.sha256:
            raise SchemaRefused(
                f"migrations/{migration.name} was changed after this database applied"
                f" {row['name']}. Put the file back as it was, and write a new migration."
            )
    return [migration for migration in migrations if migration.number not in applied]


async def _refuse_old_server(connection: asyncpg.Connection) -> None:
    number = int(await connection.fetchval("show server_version_num"))
    if number < _OLDEST * 10_000:
        raise SchemaRefused(
            f"This PostgreSQL is version {number // 10_000}; Parvis needs {_OLDEST} or newer."
        )


async def _add_extensions(connection: asyncpg.Connection) -> None:
    rows = await connection.fetch("select extname from pg_extension")
    for name in sorted(set(EXTENSIONS) - {row["extname"] for row in rows}):
        try:
            await connection.execute(f"create extension if not exists {name}")
        except (asyncpg.UndefinedFileError, asyncpg.FeatureNotSupportedError) as error:
            raise SchemaRefused(
                f"PostgreSQL lacks the extension {name}: install its contrib package"
                " (postgresql-contrib)."
            ) from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise SchemaRefused(
                f"The database user may not create the extension {name}. As its owner or a"
                f" superuser: CREATE EXTENSION {name};"
            ) from error
