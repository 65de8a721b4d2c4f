"""Databases of one throwaway cluster, used again and again: emptied after a test rather than made anew.

A copy of the template costs 30 ms of CPU, and every connection to a new one plans all its statements
again, another 40; to delete the rows of a test costs three. So the pools stay open too. A test that
changes the schema leaves nothing behind: its database is dropped.
"""

import itertools
from typing import Any

import asyncpg

from parvis.infra.migrate import migrate
from parvis.infra.postgres import ENDLESS, Bounds, Db
from parvis.infra.slots import Slots

USES = 150  # of one database: rows that were deleted stay in its files until they are vacuumed

# Beside the network's own schema: what empties it, and what notes that a test changed it.
RIG = """
create schema rig;
create table rig.altered (tag text);
create table rig.seeded (name text, copy text);
do $$
declare
  found record;
begin
  for found in select oid::regclass::text as name, relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0
  loop
    execute format('create table rig.%I as table %s', found.relname, found.name);
    insert into rig.seeded values (found.name, format('rig.%I', found.relname));
  end loop;
end $$;
create function rig.note() returns event_trigger language plpgsql as $$
begin
  insert into rig.altered values (tg_tag);
end $$;
create function rig.empty() returns boolean language plpgsql as $$
declare
  found record;
begin
  if exists (select from rig.altered) then
    return false;
  end if;
  perform set_config('session_replication_role', 'replica', true); -- in any order, then
  for found in
    select oid::regclass as name, relkind as kind from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')
  loop
    if found.kind = 'S' then
      perform setval(found.name, 1, false);
    elsif pg_relation_size(found.name) > 0 then
      execute format('delete from %s', found.name);
    end if;
  end loop;
  for found in select * from rig.seeded loop
    execute format('insert into %s overriding system value table %s', found.name, found.copy);
  end loop;
  return true;
end $$;
create event trigger rig_note on ddl_command_end execute function rig.note();
"""
# What a test left open could still write: whoever is connected beside the pools is sent away.
STRANGERS = """
select pg_terminate_backend(pid, 2000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and pid <> all($1::int[])
"""
_connect = Db.connect


class Database:
    """One database, our own connection to it, and the pools that were opened on it."""

    def __init__(self, name: str, dsn: str, own: Any) -> None:
        self.name = name
        self.dsn = dsn
        self._own = own
        self._pools: dict[tuple[object, ...], list[Any]] = {}  # idle
        self._lent = 0
        self.uses = 0

    async def connect(self, slots: Slots, **how: Any) -> "Kept":
        """As `Db.connect`, with a pool of an earlier test if there is one."""
        key = tuple(sorted(how.items()))
        idle = self._pools.setdefault(key, [])
        pool = idle.pop() if idle else (await _connect(self.dsn, slots, **how)).pool
        self._lent += 1
        return Kept(pool, slots, self, key, how["bounds"])

    def take_back(self, key: tuple[object, ...], pool: Any) -> None:
        self._lent -= 1
        self._pools[key].append(pool)

    async def empty(self) -> bool:
        """Delete all rows; False when it cannot be used again."""
        self.uses += 1
        pools = [pool for idle in self._pools.values() for pool in idle]
        if self._lent or self.uses >= USES or any(_is_busy(pool) for pool in pools):
            return False
        await self._own.execute(STRANGERS, [pid for pool in pools for pid in _pids(pool)])
        return bool(await self._own.fetchval("select rig.empty()"))

    def close(self) -> None:
        for idle in self._pools.values():
            for pool in idle:
                pool.terminate()
        self._own.terminate()


class Kept(Db):
    """A `Db` whose pool stays open for the next test."""

    def __init__(
        self, pool: Any, slots: Slots, home: Database, key: tuple[object, ...], bounds: Bounds
    ) -> None:
        super().__init__(pool, slots, home.dsn, bounds)
        self._home = home
        self._key = key

    async def close(self) -> None:
        self._home.take_back(self._key, self.pool)


def _pids(pool: Any) -> list[int]:
    open_ones = [holder._con for holder in pool._holders if holder._con is not None]  # noqa: SLF001 - it does not tell
    return [one.get_server_pid() for one in open_ones if not one.is_closed()]


def _is_busy(pool: Any) -> bool:
    return pool.get_size() != pool.get_idle_size()


class Databases:
    """Those of one cluster, each a copy of a template that is migrated once."""

    def __init__(self, maintenance: Any, dsn: str) -> None:
        self._maintenance = maintenance
        self._dsn = dsn
        self._numbers = itertools.count(1)
        self._clean: list[Database] = []
        self._known: dict[str, Database] = {}

    @classmethod
    async def open(cls, dsn: str) -> "Databases":
        """Of the cluster whose maintenance database has this address."""
        maintenance = await asyncpg.connect(dsn)
        made = cls(maintenance, dsn)
        await maintenance.execute("create database parvis_template")
        await migrate(made._address("parvis_template"))
        template = await asyncpg.connect(made._address("parvis_template"))
        await template.execute(RIG)
        await template.close()
        Db.connect = made.connect  # type: ignore[method-assign] # for every network of these tests
        return made

    def _address(self, name: str) -> str:
        return self._dsn.replace("/parvis?", f"/{name}?", 1)

    async def connect(
        self,
        dsn: str,
        slots: Slots,
        *,
        size: int = 10,
        is_durable: bool = True,
        bounds: Bounds = ENDLESS,
    ) -> Db:
        known = self._known.get(dsn)
        if known is None:
            return await _connect(dsn, slots, size=size, is_durable=is_durable, bounds=bounds)
        return await known.connect(slots, size=size, is_durable=is_durable, bounds=bounds)

    async def take(self) -> str:
        """The address of an empty, migrated database."""
        if self._clean:
            return self._clean.pop().dsn
        name = f"t{next(self._numbers)}"
        await self._maintenance.execute(
            f"create database {name} template parvis_template strategy file_copy"
        )
        dsn = self._address(name)
        self._known[dsn] = Database(name, dsn, await asyncpg.connect(dsn))
        return dsn

    async def give_back(self, dsn: str) -> None:
        """Empty it, or drop it: a thousand would lie on the disk."""
        database = self._known[dsn]
        if await database.empty():
            self._clean.append(database)
            return
        del self._known[dsn]
        database.close()
        await self._maintenance.execute(f"drop database {database.name} with (force)")

    async def close(self) -> None:
        Db.connect = _connect  # type: ignore[method-assign]
        for database in self._known.values():
            database.close()
        await self._maintenance.close()
