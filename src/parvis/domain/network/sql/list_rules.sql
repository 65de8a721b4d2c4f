-- The network's rules in their order.
select id, text, hint, translations from rules order by position, id
