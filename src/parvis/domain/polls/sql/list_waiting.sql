-- Open secret ballots where ballots wait to be mixed: how many, of how many voters.
select b.poll_id, count(*) as n, count(distinct b.token) as voters
from secret_ballots b join polls p on p.id = b.poll_id
where b.sent is not null and p.closed_at is null group by b.poll_id
