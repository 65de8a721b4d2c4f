-- Another link to the receipt of who signed without an account, and has just shown again who they are.
update petition_signatures s set receipt = $3
where s.petition_id = $1 and s.person = $2::bytea and s.account_id is null and s.state = 'signed' returning s.id
