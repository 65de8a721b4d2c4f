-- Of what the voters of a closed poll said of themselves, keep how many were alike and how they
-- voted (of a ranking the first choice).
with gone as (
  delete from declarations where poll_id = $1::bigint returning account_id, answers
), told as (
  select gone.answers, case when p.is_ranked then b.choices[1:1] else b.choices end as choices
  from gone join ballots b on b.poll_id = $1 and b.account_id = gone.account_id join polls p on p.id = $1
), alike as (
  select answers, count(*) as n from told group by 1
), chosen as (
  select answers, choice, count(*) as n from told, unnest(choices) choice group by 1, 2
)
insert into declared_cells (poll_id, answers, voters, tallies)
select $1, a.answers, a.n, array_agg(coalesce(c.n, 0) order by o.place)
from alike a
cross join (select generate_subscripts(options, 1) as place from polls where id = $1) o
left join chosen c on c.answers = a.answers and c.choice = o.place - 1
group by a.answers, a.n
