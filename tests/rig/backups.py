"""A backup of a whole network, its rows and its files, and the restore of it: everything is as it was."""

import shutil
from pathlib import Path

from tests.rig.network import Network

from parvis.domain.transparency.keys import LogKeys
from parvis.domain.transparency.serving import PublishedLogs

KEEP = """
drop schema if exists kept cascade;
create schema kept;
do $$
declare found record;
begin
  for found in select oid::regclass as name, relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r'
  loop
    execute format('create table kept.%I as table %s', found.relname, found.name);
  end loop;
end $$;
"""
RESTORE = """
set session_replication_role = replica; -- in any order, then
do $$
declare found record;
begin
  for found in select c.oid::regclass as name, relname, (
      select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
      where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = ''
    ) as columns
    from pg_class c where relnamespace = 'public'::regnamespace and relkind = 'r'
  loop
    execute format('delete from %s', found.name);
    execute format('insert into %s (%s) overriding system value select %2$s from kept.%3$I',
                   found.name, found.columns, found.relname);
  end loop;
end $$;
reset session_replication_role;
"""


class Backup:
    """Of a network whose files lie in a folder."""

    def __init__(self, network: Network, at: Path) -> None:
        self.network = network
        self.at = at
        scratch = network.app.means.storage.scratch
        assert scratch is not None
        self.files = scratch

    async def take(self) -> None:
        async with self.network.db.pool.acquire() as own:
            await own.execute(KEEP)
        shutil.copytree(self.files, self.at)

    async def restore(self) -> None:
        async with self.network.db.pool.acquire() as own:
            await own.execute(RESTORE)
        shutil.rmtree(self.files)
        shutil.copytree(self.at, self.files)
        db = self.network.db
        db.slots.bump_all()
        db.kept(PublishedLogs).__init__(db)
        db.kept(LogKeys).forget()
