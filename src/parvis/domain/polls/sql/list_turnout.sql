-- Ballots of a poll by when they were counted, in parts of time of one length.
select date_bin($2::interval, counted_at, $3::timestamptz) as since, sum(voters)::bigint as voters
from poll_turnout where poll_id = $1 group by 1 order by 1
