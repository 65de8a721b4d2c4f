-- For each of $2, those of its followers whom $1 follows; who hides their collections is left out on
-- either side, since the answer tells of both.
select asked.id as target_id, coalesce((
  select array_agg(k.account_id order by k.id desc)
  from (
    select f.id, f.account_id
    from follows mine
    join follows f on f.account_id = mine.target_id and f.target_id = of.id
    join accounts a on a.id = f.account_id
    where mine.account_id = $1::bigint and not a.hides_collections and not {{hidden(a, $1)}}
    order by f.id desc
    limit $3
  ) k
), '{}') as account_ids
from unnest($2::bigint[]) with ordinality asked (id, place)
join accounts of on of.id = asked.id
where of.id <> $1 and not of.hides_collections and not {{hidden(of, $1)}}
order by asked.place
