-- Forget somebody's words; their hashes stay, and say nothing.
update log_openings set account_id = null, salt = null, text = null where account_id = $1
