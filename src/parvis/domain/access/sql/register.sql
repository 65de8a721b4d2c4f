-- An account of this network and its user, or what is taken already. A race for the same name ends in the
-- unique indexes; the command's second telling then finds it taken.
with taken as (
  select array_remove(array[
    case
      when exists (select from accounts where lower(username) = lower($1) and coalesce(domain, '') = '')
      then 'username'
      when exists (select from accounts where skeleton = $2 and domain is null) then 'skeleton'
    end,
    case when exists (select from users where lower(email) = lower($5)) then 'email' end
  ], null) as what
), invited as (
  update invitations set uses = uses + 1
  where id = $14::bigint and (select what from taken) = '{}' and {{works(invitations)}}
  returning id
), account as (
  insert into accounts (id, username, skeleton, uri, url, created_at)
  select id_at($13::timestamptz), $1, $2, $3, $4, coalesce($13, now()) from taken
  where what = '{}' and ($14 is null or exists (select from invited))
  returning id
), person as (
  insert into users (
    account_id, email, password_hash, role, locale, confirmed_at, approved_at, reason, created_by_app_id,
    created_at, invitation_id
  )
  select
    id, $5, $6, $7::role, $8, case when $9::boolean then now() end, case when $10::boolean then now() end, $11,
    $12::bigint, coalesce($13, now()), $14
  from account
  returning id, account_id
), counted as (
  insert into account_counters (account_id) select id from account
)
select (select what from taken) as taken, (select account_id from person) as account_id,
       (select id from person) as user_id
