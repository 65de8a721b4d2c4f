-- What was told in the last $1 seconds, in order.
select seq, kind, payload from wakes
where seq > coalesce(
  (select w.seq from wakes w where w.created_at < now() - make_interval(secs => $1::float8) order by w.seq desc limit 1), 0
)
order by seq limit $2
