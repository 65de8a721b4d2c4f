-- How many secrets of codes are sealed: with any key, or ($2) with another than the one of this beginning.
select count(*) from code_generators
where starts_with(secret, $1::text) and ($2::text is null or not starts_with(secret, $2))
