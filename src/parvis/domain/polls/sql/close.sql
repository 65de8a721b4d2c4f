-- Close the polls whose end has come and tell it, once each.
with due as (
  select id from polls where expires_at <= now() and closed_at is null
  order by expires_at limit $2::int for update skip locked
), closed as (
  update polls p set closed_at = now() from due where p.id = due.id
  returning p.id, p.status_id, p.account_id
), told as (
  insert into outbox (kind, payload)
  select $1, jsonb_build_object('poll_id', c.id, 'status_id', c.status_id, 'account_id', c.account_id)
  from closed c join statuses s on s.id = c.status_id and s.deleted_at is null
)
select count(*) from closed
