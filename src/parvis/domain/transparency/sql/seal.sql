-- Keep a text beside the hash that stands for it in a log.
insert into log_openings (commitment, log_id, account_id, salt, text, shown_from)
values ($1, $2, $3, $4, $5, case when $6 then now() end)
