-- Write mixed ballots in the order that chance gave them, and change their poll's tallies by what they count.
with mixed as (
  insert into secret_ballots (poll_id, token, turn, choices, is_counted)
  select $1::bigint, m.token, m.turn, array(select jsonb_array_elements_text(m.choices::jsonb)::smallint), m.is_counted
  from unnest($2::bytea[], $3::smallint[], $4::text[], $5::boolean[]) with ordinality
    as m (token, turn, choices, is_counted, place)
  order by m.place
)
update polls p
set voters = p.voters + $6::bigint,
    tallies = (select array_agg(t.n + c.n order by t.place)
               from unnest(p.tallies) with ordinality as t (n, place)
               join unnest($7::bigint[]) with ordinality as c (n, place) on c.place = t.place)
where p.id = $1
