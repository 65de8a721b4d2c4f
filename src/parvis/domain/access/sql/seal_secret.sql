-- Keep a secret of codes sealed that was readable, unless it is another one by now.
update code_generators set secret = $3 where user_id = $1 and secret = $2
