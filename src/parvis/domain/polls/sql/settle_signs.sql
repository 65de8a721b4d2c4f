-- Count once, when a poll is closed, whose ballots come from accounts with signs of automation. Of a secret
-- ballot nobody can say it, and there are none. The age of an account says nothing where all are young.
with poll as (
  select p.id, p.options, p.is_ranked, s.created_at as asked_at, (
    select a.created_at from accounts a where a.domain is null order by a.id limit 1
  ) < s.created_at - $2::interval as judges_age
  from polls p join statuses s on s.id = p.status_id where p.id = $1::bigint
), voters as (
  select case when poll.is_ranked then b.choices[1:1] else b.choices end as choices, a.is_bot, poll.judges_age and a.created_at > poll.asked_at - $3::interval as is_fresh,
         poll.judges_age and $5::int <= count(*) over (
           partition by date_bin($4::interval, a.created_at, timestamptz 'epoch')
         ) as is_burst
  from poll join ballots b on b.poll_id = poll.id join accounts a on a.id = b.account_id
), suspects as (
  select choices from voters where is_bot or is_fresh or is_burst
), chosen as (
  select choice, count(*) as n from suspects, unnest(choices) choice group by 1
)
insert into poll_signs (poll_id, bots, fresh, bursts, suspects, tallies, judges_age)
select poll.id, found.bots, found.fresh, found.bursts, (select count(*) from suspects), (
  select array_agg(coalesce(c.n, 0) order by o)
  from generate_subscripts(poll.options, 1) o left join chosen c on c.choice = o - 1
), coalesce(poll.judges_age, false)
from poll, (
  select count(*) filter (where is_bot) as bots, count(*) filter (where is_fresh) as fresh,
         count(*) filter (where is_burst) as bursts
  from voters
) found
on conflict do nothing
