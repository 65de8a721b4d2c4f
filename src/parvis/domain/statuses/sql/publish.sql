-- Write a status with all that belongs to it, and tell it: one statement. Answers its id, or null when the
-- idempotency key was taken by another request meanwhile, or the author has left meanwhile: the lock lets who
-- leaves wait for what is being written, and what is written wait for who is leaving. The log of its poll is
-- opened next, under the id that it has here.
with author as (
  select id from accounts where id = $1 and deleted_at is null for key share
), new as (
  select id_at($26::timestamptz) as id from author
), keyed as (
  insert into idempotency_keys (account_id, key, status_id)
  select $1, $2::text, new.id from new where $2::text is not null
  on conflict do nothing
  returning status_id
), go as (
  select new.id from new where $2::text is null or exists (select from keyed)
), conversation as (
  insert into conversations (id) select go.id from go where $13::bigint is null
  returning id
), status as (
  insert into statuses (
    id, account_id, conversation_id, uri, url, text, content, spoiler_text, visibility, is_sensitive, language,
    in_reply_to_id, in_reply_to_account_id, app_id, media_ids, emojis, created_at
  )
  select go.id, $1, coalesce($13::bigint, go.id), $3::text || go.id, $4::text || go.id, $5, $6, $7,
         $8::visibility, $9, $10, $11, $12, $14, $15::bigint[], $16, coalesce($26, now())
  from go
  returning id
), mentioned as (
  insert into mentions (status_id, account_id)
  select go.id, m from go, unnest($17::bigint[]) m
), new_tags as (
  insert into tags (name, display_name)
  select t.name, t.display_name from go, unnest($18::text[], $19::text[]) as t (name, display_name)
  where not exists (
    select from tags known
    where known.name = t.name and (known.display_name is not null or t.display_name is null)
  )
  order by t.name
  on conflict (name) do update -- also in a race for a new tag: answer the winner's row
    set display_name = coalesce(tags.display_name, excluded.display_name)
  returning id
), tagged as (
  insert into status_tags (tag_id, status_id)
  select t.id, go.id
  from go, (
    select id from new_tags
    union select id from tags where name = any($18::text[])
  ) t
), attached as (
  update media_attachments set status_id = go.id, freed_at = null from go
  where media_attachments.id = any($15::bigint[]) and media_attachments.account_id = $1
    and media_attachments.status_id is null
), asked as (
  insert into polls (status_id, account_id, options, is_multiple, hides_totals, expires_at, tallies, log_id,
                     is_ranked, is_changeable, rules)
  select go.id, $1, $20::text[], $21, $22, $23::timestamptz, array_fill(0::bigint, array[coalesce(cardinality($20::text[]), 0)]), next_id(),
         $27::boolean, $28::boolean, $29::jsonb
  from go where $20::text[] is not null
  returning id, log_id
), counted as (
  insert into account_counters (account_id, statuses, last_status_at)
  select $1, 1, coalesce($26, now())::date from go where $8::visibility in ('public', 'unlisted')
  on conflict (account_id) do update
    set statuses = account_counters.statuses + 1, last_status_at = greatest(account_counters.last_status_at, excluded.last_status_at)
), counted_reply as (
  insert into status_counters (status_id, replies)
  select $11::bigint, 1 from go where $11::bigint is not null and $8::visibility in ('public', 'unlisted')
  on conflict (status_id) do update set replies = status_counters.replies + 1
), own_home as (
  insert into home_entries (account_id, status_id) select $1, go.id from go
), told as (
  insert into outbox (kind, payload, slots)
  select $24, jsonb_build_object('status_id', go.id, 'account_id', $1::bigint, 'visibility', $8::visibility), $25::bigint[]
  from go
)
select status.id, asked.id as poll_id, asked.log_id from status left join asked on true
