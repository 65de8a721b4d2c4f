-- Hold polls whose end has come, when nobody is just voting in them; else a moment later.
select id, is_secret from polls where expires_at <= now() and closed_at is null
order by expires_at limit $1::int for update skip locked
