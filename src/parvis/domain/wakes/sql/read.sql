-- What was told after a number, in order.
select seq, kind, payload from wakes where seq > $1 order by seq limit $2
