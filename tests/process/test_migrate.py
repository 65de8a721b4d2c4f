"""Migrations: applied once, in order, whole; anything unexpected is refused in words."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from parvis.infra.migrate import EXTENSIONS, SchemaRefused, list_migrations, migrate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_expand_trees.sql").write_text(
        "create table trees (id bigint primary key); create index on trees (id);"
    )
    (tmp_path / "0002_contract_leaves.sql").write_text("alter table trees add leaves int;")
    return tmp_path


async def ask(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_applied_once_and_in_order(database: str, folder: Path) -> None:
    first = await migrate(database, folder)
    assert first == ["0001_expand_trees.sql", "0002_contract_leaves.sql"]
    assert await migrate(database, folder) == []
    (folder / "0003_expand_roots.sql").write_text("create table roots (id int);")
    assert await migrate(database, folder) == ["0003_expand_roots.sql"]


async def test_extensions_are_there(database: str, folder: Path) -> None:
    await migrate(database, folder)
    found = await ask(database, "select array_agg(extname::text) from pg_extension")
    assert isinstance(found, list)
    assert set(EXTENSIONS) <= set(found)


async def test_several_processes_at_once(database: str, folder: Path) -> None:
    done = await asyncio.gather(*(migrate(database, folder) for _ in range(4)))
    assert sorted(map(len, done)) == [0, 0, 0, 2]


async def test_a_newer_schema_is_refused(database: str, folder: Path) -> None:
    await migrate(database, folder)
    (folder / "0002_contract_leaves.sql").unlink()
    with pytest.raises(SchemaRefused, match=r"newer Parvis: it holds migration 2 .*leaves"):
        await migrate(database, folder)


async def test_a_changed_file_is_refused(database: str, folder: Path) -> None:
    await migrate(database, folder)
    (folder / "0001_expand_trees.sql").write_text("create table bushes (id bigint);")
    with pytest.raises(SchemaRefused, match="was changed after"):
        await migrate(database, folder)


async def test_a_failing_file_leaves_nothing(database: str, folder: Path) -> None:
    (folder / "0003_expand_roots.sql").write_text("create table roots (id int); select nothing;")
    with pytest.raises(SchemaRefused, match=r"0003_expand_roots\.sql failed"):
        await migrate(database, folder)
    assert await ask(database, "select to_regclass('roots') is null")
    assert await ask(database, "select max(number) = 2 from schema_migrations")


@pytest.mark.parametrize(
    "name", ["0004_expand_gap.sql", "0002_expand_twice.sql", "0003_change_it.sql", "3_expand_x.sql"]
)
def test_wrong_names_are_refused(folder: Path, name: str) -> None:
    (folder / name).write_text("select 1;")
    with pytest.raises(SchemaRefused, match="should be named"):
        list_migrations(folder)


def test_ours_are_well_named() -> None:
    assert list_migrations()
