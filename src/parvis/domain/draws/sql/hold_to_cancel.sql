-- Hold a draw against whoever enters, freezes or draws; whether this account may call it off, and whether it can be.
select d.log_id, d.account_id = $2::bigint
         or exists (select from users u where u.account_id = $2 and u.role <> 'member') as may,
       d.cancelled_at is not null or d.closed_at is not null or d.stage > d.drawings and not exists (
         select from drawings g where g.draw_id = d.id and g.state in ('freezing', 'frozen', 'shown')
       ) as is_over,
       exists (
         select from drawings g where g.draw_id = d.id and g.state in ('freezing', 'frozen', 'shown')
       ) as is_frozen
from draws d where d.id = $1 for update
