-- Write down who was drawn, by the hashes of their entries; the first so many are asked, the others in reserve.
with drawn as (
  select t.leaf, (t.rank - 1)::smallint as rank, e.entrant,
         (array_agg(e.account_id order by e.entered_in desc))[1] as account_id
  from unnest($3::bytea[]) with ordinality as t (leaf, rank)
  join draw_entrants e on e.draw_id = $1::bigint and e.leaf = t.leaf
  group by t.leaf, t.rank, e.entrant
)
insert into draw_winners (draw_id, number, rank, entrant, account_id, place, called_in, state, answer_by)
select $1, $2::smallint, rank, entrant, account_id,
       case when rank < $4::int then rank end, case when rank < $4 then 0 end,
       case when rank < $4 then 'asked' else 'waiting' end, case when rank < $4 and account_id is null then 'epoch' when rank < $4 then $5::timestamptz end
from drawn
returning rank, entrant
