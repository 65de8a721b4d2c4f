-- Hold an open poll in which somebody has voted, against another choice of questions and against closing.
select p.status_id, exists (select from ballots b where b.poll_id = p.id and b.account_id = $1::bigint) as is_voted,
       p.closed_at is not null or p.expires_at <= now() as is_over
from polls p join statuses s on s.id = p.status_id
where p.id = $2::bigint and {{visible(s, $1)}}
for key share of p
