-- Hold a poll whose end has come, when nobody is just voting in it; else a moment later.
select id, is_secret from polls
where id = $1::bigint and expires_at <= now() and closed_at is null for update skip locked
