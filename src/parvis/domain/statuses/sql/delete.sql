-- Delete a status (held by lock_own) with its reblogs and pins: rows stay, marked; counters of its author,
-- of who reblogged it, of its parent and of what it reblogs follow. $2: its media go with it, else they
-- are free to be attached again.
with gone as (
  update statuses set deleted_at = now()
  where deleted_at is null and (id = $1::bigint or reblog_of_id = $1)
  returning id, account_id, visibility, in_reply_to_id, reblog_of_id
), counted as (
  select account_id, count(*) as statuses from gone where visibility in ('public', 'unlisted') group by 1
), held as (
  select c.account_id from account_counters c where c.account_id in (select account_id from counted)
  order by 1 for no key update
), counted_authors as (
  update account_counters c set statuses = c.statuses - n.statuses
  from held join counted n using (account_id) where c.account_id = held.account_id
), counted_around as (
  update status_counters c
  set replies = c.replies - (c.status_id is not distinct from g.in_reply_to_id)::int,
      reblogs = c.reblogs - (c.status_id is not distinct from g.reblog_of_id)::int
  from gone g
  where g.id = $1 and g.visibility in ('public', 'unlisted')
    and c.status_id in (g.in_reply_to_id, g.reblog_of_id)
), unpinned as (
  delete from status_pins where status_id = $1
), freed as (
  update media_attachments set status_id = null, freed_at = now() where status_id = $1 and not $2::boolean
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('status_id', id, 'account_id', account_id, 'visibility', visibility,
                                'reblog_of_id', reblog_of_id), $4::bigint[]
  from gone
)
select id, account_id from gone
