-- Keep a draft of $1 under the key $2 as $3 (the window that writes) left it; $6 is the version it changed,
-- 0 for a new draft, of which there may be $7. Its id is null when it was not kept: published meanwhile, or
-- the version that is there is another window's.
with had as (
  select version from drafts where account_id = $1::bigint and key = $2 and deleted_at is null
), published as (
  select from idempotency_keys k where k.account_id = $1 and k.key = $2
), kept as (
  insert into drafts (account_id, key, writer, written, media_ids)
  select $1, $2, $3, $4, $5::bigint[]
  where not exists (select from published)
    and (
      exists (select from had)
      or ($6::int = 0 and (select count(*) from drafts d where d.account_id = $1 and d.deleted_at is null) < $7::bigint)
    )
  on conflict (account_id, key) do update
    set written = excluded.written, media_ids = excluded.media_ids, writer = excluded.writer,
        version = drafts.version + 1, updated_at = now(), deleted_at = null
    where drafts.version = $6 or drafts.writer = excluded.writer
  returning id, version
)
select (select id from kept) as id, (select version from kept) as version,
       (select version from had) as had_version, exists (select from published) as is_published
