-- Open petitions of an account.
select id from petitions where closed_at is null and account_id = $1 order by id
