-- Secrets of codes that stand as they are, to be sealed.
select user_id, secret from code_generators where not starts_with(secret, $1::text) order by user_id
