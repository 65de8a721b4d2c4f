-- Which of some archives are there to be fetched, or being made.
select key from unnest($1::text[]) as key
where exists (select from archives x where x.secret = split_part(key, '/', 3))
