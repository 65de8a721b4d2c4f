-- Use an invitation, once: from then on the account may vote in its poll. Answers whether it was enrolled here and
-- the invitation used: the one without the other is to be undone, since another account was quicker; neither,
-- when the invitation was used before, or this account enrolled by another request of its own.
with enrolled as (
  insert into poll_electors (poll_id, account_id)
  select i.poll_id, $1::bigint from poll_invitations i where i.code = $2::text and i.used_at is null
  on conflict do nothing
  returning poll_id
), used as (
  update poll_invitations i set used_at = now() from enrolled
  where i.code = $2 and i.used_at is null
  returning i.code
)
select exists (select from enrolled) as is_enrolled, exists (select from used) as is_used
