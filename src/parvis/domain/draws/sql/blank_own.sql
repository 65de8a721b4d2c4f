-- The words of somebody who left; the log has them as hashes.
update draws set title = '', prizes = '', cancelled_why = null where account_id = $1 and title <> ''
