-- Mark one of somebody's exchanges read or unread; answers whether it is theirs.
update account_conversations set is_unread = $3 where id = $1 and account_id = $2
returning id
