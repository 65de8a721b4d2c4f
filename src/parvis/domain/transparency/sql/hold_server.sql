-- Hold the server log against being halted or succeeded while other logs grow under it; nothing when it is halted.
select id from logs where kind = 'server' and closed_at is null and halted is null for share
