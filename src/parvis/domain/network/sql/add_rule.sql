-- A new rule after the others.
insert into rules (position, text, hint)
select coalesce(max(position), 0) + 1, $1, $2 from rules
returning id
