-- Enter a draw if its list is open and its manifest lets this account in; who left before is in again. The draw is
-- held against freezing, so that nobody comes in after it.
with draw as (
  select * from draws where id = $2::bigint for key share
), asked as (
  select d.id, d.stage,
         d.cancelled_at is null and d.closed_at is null and exists (
           select from drawings g
           where g.draw_id = d.id and g.number = d.stage and g.state = 'open' and g.frozen_at > $3::timestamptz
         ) as is_open,
         d.account_id = $1 as is_own,
         $6::int = 0 or a.created_at <= $3 - $6 * interval '1 day' as is_old,
         not $7::boolean or exists (
           select from follows f where f.account_id = $1 and f.target_id = d.account_id
         ) as follows,
         d.list_id is null or exists (
           select from list_accounts m where m.list_id = d.list_id and m.account_id = $1
         ) as is_listed
  from draw d join accounts a on a.id = $1
), came as (
  insert into draw_entrants (draw_id, entrant, entered_in, account_id, leaf)
  select id, $4::bytea, stage, $1, $5::bytea from asked
  where is_open and not is_own and is_old and follows and is_listed
    and not exists (
      select from draw_entrants e where e.draw_id = asked.id and e.entrant = $4 and e.left_in is null
    )
  on conflict (draw_id, entrant, entered_in) do update set left_in = null
    where draw_entrants.left_in is not null
  returning 1
)
select {{standing($1::bigint)}} as standing, asked.*, exists (select from came) as is_entered from asked
