-- Take an exchange out of somebody's list; its statuses stay.
delete from account_conversations where id = $1 and account_id = $2
returning id
