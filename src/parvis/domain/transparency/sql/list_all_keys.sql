-- Every key this network's logs were ever signed with, the newest first.
select public, retires_at, created_at from log_keys where purpose = 'log' order by id desc
