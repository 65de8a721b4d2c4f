-- Forget somebody's words; their hashes stay, and say nothing.
update log_openings set salt = null, text = null, account_id = null where account_id = $1
