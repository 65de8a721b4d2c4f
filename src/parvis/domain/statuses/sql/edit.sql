-- Replace a status (held by resolve_edit) and keep the version that it was, with its media and poll; other
-- options come only to a poll without ballots; what it is (ranked) and for whom stays. Answers the poll.
with kept as (
  insert into status_edits (status_id, content, text, spoiler_text, is_sensitive, media, poll_options, emojis,
                            created_at)
  select
    s.id, s.content, s.text, s.spoiler_text, s.is_sensitive,
    (
      select coalesce(jsonb_agg({{attachment_json(m)}} order by array_position(s.media_ids, m.id)), '[]')
      from media_attachments m where m.status_id = s.id and m.id = any(s.media_ids)
    ),
    (select p.options from polls p where p.status_id = s.id), s.emojis, coalesce(s.edited_at, s.created_at)
  from statuses s where s.id = $1::bigint
), changed as (
  update statuses
  set text = $2, content = $3, spoiler_text = $4, is_sensitive = $5, language = $6, media_ids = $7::bigint[],
      emojis = $8, edited_at = clock_timestamp() -- not now(): another edit may have been waited for
  where id = $1
), renamed as (
  update mentions set is_silent = not is_silent
  where status_id = $1 and is_silent = (account_id = any($9::bigint[]))
), mentioned as (
  insert into mentions (status_id, account_id) select $1, m from unnest($9) m on conflict do nothing
), new_tags as (
  insert into tags (name, display_name)
  select t.name, t.display_name from unnest($10::text[], $11::text[]) as t (name, display_name)
  where not exists (
    select from tags known
    where known.name = t.name and (known.display_name is not null or t.display_name is null)
  )
  order by t.name
  on conflict (name) do update -- also in a race for a new tag: answer the winner's row
    set display_name = coalesce(tags.display_name, excluded.display_name)
  returning id
), tagged_with as (
  select id from new_tags union select id from tags where name = any($10)
), tagged as (
  insert into status_tags (tag_id, status_id) select id, $1 from tagged_with on conflict do nothing
), untagged as (
  delete from status_tags where status_id = $1 and tag_id not in (select id from tagged_with)
), detached as (
  update media_attachments set status_id = null, freed_at = now() where status_id = $1 and id <> all($7)
), attached as (
  update media_attachments m
  set status_id = $1, freed_at = null,
      description = case when a.describes then a.description else m.description end,
      meta = case when a.x is null then m.meta
                  else m.meta || jsonb_build_object('focus', jsonb_build_object('x', a.x, 'y', a.y)) end
  from unnest($7, $12::boolean[], $13::text[], $14::float8[], $15::float8[]) as a (id, describes, description, x, y)
  where m.id = a.id
), unasked as (
  delete from polls where status_id = $1 and $16::text[] is null
), asked as (
  insert into polls (status_id, account_id, options, is_multiple, hides_totals, expires_at, tallies, log_id,
                     is_ranked, is_changeable, rules)
  select s.id, s.account_id, $16, $17::boolean, $18::boolean, $19::timestamptz,
         array_fill(0::bigint, array[coalesce(cardinality($16), 0)]), next_id(),
         $22::boolean, $23::boolean, $24::jsonb
  from statuses s where s.id = $1 and $16 is not null
  on conflict (status_id) do update
  set options = excluded.options, is_multiple = excluded.is_multiple, hides_totals = excluded.hides_totals,
      expires_at = excluded.expires_at, is_changeable = excluded.is_changeable,
      tallies = case when cardinality(polls.options) = cardinality(excluded.options) then polls.tallies
                     else excluded.tallies end
  returning id, log_id
), told as (
  insert into outbox (kind, payload, slots)
  select $20, jsonb_build_object('status_id', s.id, 'account_id', s.account_id), $21::bigint[]
  from statuses s where s.id = $1
)
select asked.id, asked.log_id from (values (1)) always left join asked on true
