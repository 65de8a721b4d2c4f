-- Drawings moved on: tell those who are asked, and those in reserve. Without its status it is told all the same.
with candidate as (
  select w.account_id, case when w.state = 'asked' then 'draw' else 'draw.reserve' end as kind,
         d.account_id as from_account_id, s.id as status_id
  from unnest($1::bigint[], $2::int[]) as t (draw_id, number)
  join draws d on d.id = t.draw_id
  join draw_winners w on w.draw_id = d.id and w.number = t.number and w.state in ('asked', 'waiting')
  left join statuses s on s.id = d.status_id and s.deleted_at is null
  where w.account_id is not null
)
{{told(candidate)}}
