-- The link of a letter is written, and with it to whom and of what; null: it has lost its sense.
update petition_requests r set link = $2 from petitions p join petition_versions v on v.petition_id = p.id and v.version = p.version
where r.id = $1 and p.id = r.petition_id and p.closed_at is null
returning r.email, r.locale, v.title
