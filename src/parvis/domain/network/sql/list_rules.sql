-- The network's rules in their order.
select id, text, hint from rules order by position, id
