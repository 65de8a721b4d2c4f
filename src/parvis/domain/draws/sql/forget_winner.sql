-- A prize of somebody who left is offered to a reserve at the next look.
with forgotten as (
  update draw_winners set account_id = null, answer_by = case when state = 'asked' then $3 else answer_by end
  where draw_id = $1 and account_id = $2
  returning draw_id, number, state
)
update drawings g set next_at = $3 from forgotten f
where f.state = 'asked' and g.draw_id = f.draw_id and g.number = f.number
