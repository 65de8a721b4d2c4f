-- Begin a log with its first entry, which the server log tells of, and the texts behind that entry's hashes;
-- null when there is one of this path.
with made as (
  insert into logs (id, path, origin, kind, is_public, secret, size, subtrees, server_id)
  values (
    coalesce($9::bigint, next_id()), $1, $2, $3, $4, $5, 1, $6,
    (select s.id from logs s where s.kind = 'server' and s.closed_at is null)
  ) on conflict do nothing
  returning id
), first as (
  insert into log_entries (log_id, position, leaf, entry) select id, 0, $6, $7 from made
), sealed as (
  insert into log_openings (commitment, log_id, account_id, salt, text, shown_from)
  select t.commitment, made.id, $10::bigint, t.salt, t.text, now()
  from made, unnest($11::bytea[], $12::bytea[], $13::text[]) as t (commitment, salt, text)
), told as (
  insert into log_pending (log_id, is_shuffled, entry)
  select s.id, false, $8::bytea from made, logs s
  where s.kind = 'server' and s.closed_at is null and $8::bytea is not null
)
select id from made
